// @ts-check
import { readContacts } from "../contacts.js";
import { knownAs } from "../conversations.js";
import { h, html, useState } from "../lib/ui.js";
import { t } from "../lib/words.js";
import { Avatar } from "../parts/avatar.js";
import { conversationChoices } from "../parts/conversation-choices.js";
import { Icon } from "../parts/icon.js";
import { Menu } from "../parts/menu.js";
import { SaveContact } from "../parts/save-contact.js";
import { KindMark } from "../parts/status.js";
import { trying } from "../parts/toast.js";
import { place, to } from "../router.js";
import { showDetails } from "./conversation-details.js";

/** @typedef {import("../types.js").ConversationView} ConversationView */
/** @typedef {import("../types.js").ContactView} ContactView */

/** The title bar: who it is, by which number, and what one can do with the whole. @param {{conversation: ConversationView}} props */
export function ThreadHead({ conversation }) {
    const [editing, setEditing] = useState(/** @type {{contact: ContactView | null} | null} */ (null));
    const { title, party, contact, listed, number } = conversation;
    const about = t("conversation.about", { party: party.display, number: number.label ? `${number.label} (${number.display})` : number.display });
    const shown = place.value.query.get("pane") === "details";
    const rename = () => trying(async () => setEditing({ contact: await findContact(conversation) }));
    return html`<header class="pane-head thread-head">
        <a class="round only-narrow" href=${to("messages")} aria-label=${t("back_to_list")} title=${t("back_to_list")}>${h(Icon, { name: "back" })}</a>
        ${h(Avatar, { name: knownAs(conversation), seed: party.value })}
        <div class="thread-who">
            <h2 dir="auto" tabindex="0" aria-describedby="thread-about">${title}</h2>
            <p class="thread-sub">
                ${h(KindMark, { kind: conversation.kind })}
                <span dir="auto">${subtitle(conversation)}</span>
            </p>
            <p class="tip" id="thread-about" role="tooltip">${about}</p>
        </div>
        ${!contact &&
        party.kind !== "alpha" &&
        html`<button type="button" class="button save-contact" title=${t("contact.save_hint")} onClick=${() => setEditing({ contact: null })}>
            ${h(Icon, { name: "person-plus" })}<span>${t("contact.save")}</span>
        </button>`}
        <button type="button" class="round details-way" aria-label=${t("details.label", { name: title })} title=${t("message.details")} aria-expanded=${shown} onClick=${() => showDetails(conversation.id, !shown)}>
            ${h(Icon, { name: "info" })}
        </button>
        ${h(Menu, { label: t("conversation.more"), icon: "more", choices: choices(conversation, rename) })}
        ${editing && h(SaveContact, { contact: editing.contact, name: listed?.name, number: party.value, onClose: () => setEditing(null) })}
    </header>`;
}

/** The number behind a name, and who says that it is this name. @param {ConversationView} conversation */
function subtitle({ party, contact, listed }) {
    if (contact) return `${party.display} · ${t("contact.source_own")}`;
    if (!listed) return t(`party.${party.kind}`);
    const others = listed.others ? [t("contact.others", { n: listed.others })] : [];
    return [party.display, ...others, t("contact.source", { label: listed.label })].join(" · ");
}

/** The contact behind a title, with all its numbers. @param {ConversationView} conversation */
async function findContact({ contact, party }) {
    const page = await readContacts({ q: party.value });
    return page.items.find((each) => each.id === contact?.id) ?? null;
}

/** @param {ConversationView} conversation @param {() => void} rename @returns {import("../parts/menu.js").Choice[]} */
function choices(conversation, rename) {
    return [...(conversation.contact ? [{ label: t("contact.change"), icon: "pencil", act: rename }] : []), ...conversationChoices(conversation)];
}
