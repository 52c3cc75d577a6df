// @ts-check
import { knownAs } from "../conversations.js";
import { drafts } from "../drafts.js";
import { brief } from "../lib/time.js";
import { h, html } from "../lib/ui.js";
import { t } from "../lib/words.js";
import { unsent } from "../outbox.js";
import { place, to } from "../router.js";
import { me } from "../state.js";
import { Avatar } from "./avatar.js";
import { contextOf } from "./context-menu.js";
import { conversationChoices } from "./conversation-choices.js";
import { Icon } from "./icon.js";
import { KindMark, Status } from "./status.js";

/** @typedef {import("../types.js").ConversationView} ConversationView */

/** A conversation in the list. @param {{conversation: ConversationView}} props */
export function Row({ conversation }) {
    const { id, title, unread, last_message: last } = conversation;
    const several = (me.value?.numbers.length ?? 0) > 1;
    const here = place.value.area === "messages" && place.value.id === id;
    return html`<a class="row ${unread ? "unread" : ""}" href=${to(`messages/${id}`)} aria-current=${here ? "page" : undefined} data-conversation=${id} ...${contextOf(t("conversation.actions", { name: title }), () => conversationChoices(conversation))}>
        ${h(Avatar, { name: knownAs(conversation), seed: conversation.party.value })}
        <span class="row-top">
            <span class="row-name" dir="auto">${title}</span>
            ${conversation.favourite && html`<span class="row-sign" title=${t("conversation.is_favourite")}>${h(Icon, { name: "star" })}<span class="only-heard">${t("conversation.is_favourite")}</span></span>`}
            ${conversation.muted && html`<span class="row-sign" title=${t("conversation.is_muted")}>${h(Icon, { name: "muted" })}<span class="only-heard">${t("conversation.is_muted")}</span></span>`}
            ${last && html`<time class="row-time" datetime=${last.created_at}>${brief(last.created_at)}</time>`}
        </span>
        <span class="row-bottom">
            ${h(LastLine, { conversation })}
            ${h(KindMark, { kind: conversation.kind, by: several ? conversation.number.label || conversation.number.display : "" })}
            ${unread > 0 && html`<span class="unread-count"><span aria-hidden="true">${unread > 99 ? "99+" : unread}</span><span class="only-heard">${t("list.unread_count", { n: unread })}</span></span>`}
        </span>
    </a>`;
}

/** A draft goes before what was said last, and what waits in this browser before both. @param {{conversation: ConversationView}} props */
function LastLine({ conversation }) {
    const { id, last_message: last } = conversation;
    const waiting = unsent.value.findLast((entry) => entry.conversation_id === id);
    if (waiting) return h(Line, { status: waiting.problem ? "failed" : "waiting", text: waiting.body });
    const draft = drafts.value.get(id);
    if (draft && place.value.id !== id) {
        return html`<span class="row-line"><span class="draft-mark">${t("list.draft")}</span> ${draft}</span>`;
    }
    if (!last) return html`<span class="row-line"></span>`;
    return h(Line, { status: last.direction === "outbound" ? last.status : "", text: last.body });
}

/** @param {{status: string, text: string}} props */
function Line({ status, text }) {
    return html`<span class="row-line">${status && h(Status, { status })}${text}</span>`;
}
