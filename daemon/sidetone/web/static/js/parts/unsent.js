// @ts-check
import { explain } from "../api.js";
import { keepDraft } from "../drafts.js";
import { clock, moment } from "../lib/time.js";
import { h, html } from "../lib/ui.js";
import { t } from "../lib/words.js";
import { line } from "../live.js";
import { discard, sendAgain } from "../outbox.js";
import { Act } from "./bubble.js";
import { Status } from "./status.js";
import { Text } from "./text.js";

/** @typedef {import("../types.js").Unsent} Unsent */

/** A message that has not left this browser yet: shown at once, at the end. @param {{entry: Unsent}} props */
export function UnsentBubble({ entry }) {
    return html`<article class="message out unsent" data-row data-status=${entry.problem ? "refused" : "waiting"} tabindex="-1">
        <div class="bubble-line"><div class="bubble">
            <span class="only-heard">${t("thread.you")}: </span>
            ${h(Text, { body: entry.body })}
            <span class="meta">
                <time datetime=${entry.send_at ?? entry.at}>${entry.send_at ? moment(entry.send_at) : clock(entry.at)}</time>
                ${h(Status, { status: entry.problem ? "failed" : "waiting" })}
            </span>
        </div></div>
        ${entry.problem ? h(RefusedNote, { entry }) : h(WaitingNote, { entry })}
    </article>`;
}

/** @param {{entry: Unsent}} props */
function WaitingNote({ entry }) {
    if (line.value.state !== "down") return null;
    return html`<p class="note quiet">
        <span>${t("unsent.waiting")}</span>
        ${h(Act, { label: t("unsent.discard"), icon: "close", act: async () => discard(entry.key) })}
    </p>`;
}

/** @param {{entry: Unsent}} props */
function RefusedNote({ entry }) {
    const edit = async () => {
        keepDraft(entry.conversation_id, entry.body);
        discard(entry.key);
    };
    return html`<p class="note bad">
        <span>${t("unsent.refused")}: ${entry.problem && explain(entry.problem)}</span>
        ${h(Act, { label: t("message.retry"), icon: "retry", act: async () => sendAgain(entry.key) })}
        ${h(Act, { label: t("unsent.edit"), icon: "pencil", act: edit })}
    </p>`;
}
