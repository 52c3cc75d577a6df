// @ts-check
import { conversation } from "../conversations.js";
import { changeLater, takeBack } from "../later.js";
import { moment } from "../lib/time.js";
import { h, html, useState } from "../lib/ui.js";
import { t } from "../lib/words.js";
import { Act } from "./bubble.js";
import { confirmed } from "./confirm.js";
import { LaterDialog } from "./later-dialog.js";
import { Status } from "./status.js";
import { Text } from "./text.js";
import { trying } from "./toast.js";

/** A text that waits for its time, at the end of its thread. @param {{message: import("../types.js").MessageView}} props */
export function LaterBubble({ message }) {
    const [open, setOpen] = useState(false);
    const at = message.send_at ?? message.created_at;
    const change = (/** @type {string} */ sendAt, /** @type {string} */ body) =>
        void trying(async () => {
            await changeLater(message, { send_at: sendAt, body });
            setOpen(false);
        });
    const remove = async () => {
        const name = conversation(message.conversation_id)?.title ?? "";
        if (await confirmed(t("later.take_back"), t("later.take_back_text", { name }), t("later.take_back"))) await takeBack(message);
    };
    return html`<article class="message out for-later" data-row data-scheduled=${message.id} tabindex="-1">
        <div class="bubble-line"><div class="bubble">
            <span class="only-heard">${t("thread.you")}: </span>
            ${h(Text, { body: message.body })}
            <span class="meta"><time datetime=${at}>${moment(at)}</time>${h(Status, { status: "scheduled" })}</span>
        </div></div>
        <p class="note quiet">
            <span>${t("status.scheduled")}</span>
            ${h(Act, { label: t("later.edit"), icon: "pencil", act: async () => setOpen(true) })}
            ${h(Act, { label: t("later.now"), icon: "send", act: () => changeLater(message, { send_at: null }) })}
            ${h(Act, { label: t("later.take_back"), icon: "close", act: remove })}
        </p>
        ${open && h(LaterDialog, { at: new Date(at), body: message.body, choose: change, onClose: () => setOpen(false) })}
    </article>`;
}
