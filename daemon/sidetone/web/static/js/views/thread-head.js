// @ts-check
import { changeConversation, removeConversation } from "../conversations.js";
import { turnBlock } from "../consent.js";
import { readContacts } from "../contacts.js";
import { h, html, useState } from "../lib/ui.js";
import { t } from "../lib/words.js";
import { Avatar } from "../parts/avatar.js";
import { confirmed } from "../parts/confirm.js";
import { Icon } from "../parts/icon.js";
import { Menu } from "../parts/menu.js";
import { SaveContact } from "../parts/save-contact.js";
import { KindMark } from "../parts/status.js";
import { trying } from "../parts/toast.js";
import { go, to } from "../router.js";
import { forgetThread } from "../threads.js";

/** @typedef {import("../types.js").ConversationView} ConversationView */
/** @typedef {import("../types.js").ContactView} ContactView */

/** The title bar: who it is, by which number, and what one can do with the whole. @param {{conversation: ConversationView}} props */
export function ThreadHead({ conversation }) {
    const [editing, setEditing] = useState(/** @type {{contact: ContactView | null} | null} */ (null));
    const { title, party, contact, number } = conversation;
    const about = t("conversation.about", { party: party.display, number: number.label ? `${number.label} (${number.display})` : number.display });
    const rename = () => trying(async () => setEditing({ contact: await findContact(conversation) }));
    return html`<header class="pane-head thread-head">
        <a class="round only-narrow" href=${to("messages")} aria-label=${t("back_to_list")} title=${t("back_to_list")}>${h(Icon, { name: "back" })}</a>
        ${h(Avatar, { name: contact?.name ?? null, seed: party.value })}
        <div class="thread-who">
            <h2 dir="auto" tabindex="0" aria-describedby="thread-about">${title}</h2>
            <p class="thread-sub">
                ${h(KindMark, { kind: conversation.kind })}
                <span>${contact ? `${party.display} · ${t("contact.source_own")}` : t(`party.${party.kind}`)}</span>
            </p>
            <p class="tip" id="thread-about" role="tooltip">${about}</p>
        </div>
        ${!contact &&
        party.kind !== "alpha" &&
        html`<button type="button" class="button save-contact" title=${t("contact.save_hint")} onClick=${() => setEditing({ contact: null })}>
            ${h(Icon, { name: "person-plus" })}<span>${t("contact.save")}</span>
        </button>`}
        ${h(Menu, { label: t("conversation.more"), icon: "more", choices: choices(conversation, rename) })}
        ${editing && h(SaveContact, { contact: editing.contact, number: party.value, onClose: () => setEditing(null) })}
    </header>`;
}

/** The contact behind a title, with all its numbers. @param {ConversationView} conversation */
async function findContact({ contact, party }) {
    const page = await readContacts({ q: party.value });
    return page.items.find((each) => each.id === contact?.id) ?? null;
}

/** @param {ConversationView} conversation @param {() => void} rename @returns {import("../parts/menu.js").Choice[]} */
function choices(conversation, rename) {
    const { id, favourite, muted, blocked, title } = conversation;
    const remove = async () => {
        if (!(await confirmed(t("conversation.remove"), t("conversation.remove_text", { name: title }), t("conversation.remove_yes")))) return;
        await trying(async () => {
            await removeConversation(id);
            forgetThread(id);
            go("messages", { replace: true });
        });
    };
    return [
        ...(conversation.contact ? [{ label: t("contact.change"), icon: "pencil", act: rename }] : []),
        { label: t(favourite ? "conversation.no_favourite" : "conversation.favourite"), icon: "star", act: () => void trying(() => changeConversation(id, { favourite: !favourite })) },
        { label: t(muted ? "conversation.unmute" : "conversation.mute"), icon: muted ? "bell" : "muted", act: () => void trying(() => changeConversation(id, { muted: !muted })) },
        { label: t(blocked ? "conversation.unblock" : "conversation.block"), icon: blocked ? "check" : "cancel", act: () => void trying(() => turnBlock(conversation)) },
        { label: t("conversation.remove"), icon: "trash", act: remove, danger: true },
    ];
}
