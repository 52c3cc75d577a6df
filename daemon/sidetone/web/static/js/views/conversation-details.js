// @ts-check
import { contactsVersion, lookUp } from "../contacts.js";
import { knownAs, listed, readList } from "../conversations.js";
import { day, exact } from "../lib/time.js";
import { h, html, useEffect, useRef, useState } from "../lib/ui.js";
import { known, t } from "../lib/words.js";
import { scheduledIn } from "../later.js";
import { listen } from "../keys.js";
import { numberWords } from "../numbers.js";
import { Avatar } from "../parts/avatar.js";
import { call, callable } from "../parts/call.js";
import { conversationChoices } from "../parts/conversation-choices.js";
import { copyText } from "../parts/copy.js";
import { Trouble } from "../parts/empty.js";
import { Icon } from "../parts/icon.js";
import { SaveContact } from "../parts/save-contact.js";
import { KindMark } from "../parts/status.js";
import { go, to } from "../router.js";
import { Fact } from "./message-details.js";

/** @typedef {import("../types.js").ConversationView} ConversationView */
/** @typedef {import("../types.js").ContactView} ContactView */

/** Who this is, how they can be reached, and what can be done: beside the thread, on a phone instead of it. @param {{conversation: ConversationView, onClose: () => void}} props */
export function ConversationDetails({ conversation, onClose }) {
    const head = useRef(/** @type {HTMLHeadingElement | null} */ (null));
    const { contact, fault, again } = useContact(conversation);
    const [editing, setEditing] = useState(false);
    useEffect(() => head.current?.focus(), [conversation.id]);
    useEffect(() => listen({ Escape: onClose }), [onClose]);
    const own = contact?.source === "personal" ? contact : null;
    const edit = { label: t(own ? "contact.change" : "contact.save"), icon: own ? "pencil" : "person-plus", act: () => setEditing(true) };
    /** @type {import("../parts/menu.js").Choice[]} */
    const choices = [...(conversation.party.kind === "alpha" ? [] : [edit]), ...conversationChoices(conversation)];
    return html`<aside class="details-pane" aria-label=${t("details.label", { name: conversation.title })}>
        <header class="pane-head">
            <h2 tabindex="-1" ref=${head}>${t("message.details")}</h2>
            <button type="button" class="round" aria-label=${t("close")} title=${t("close_hint")} onClick=${onClose}>${h(Icon, { name: "close" })}</button>
        </header>
        <div class="details-body" tabindex="0" role="group" aria-label=${t("message.facts")}>
            ${h(Card, { conversation })} ${fault !== null && h(Trouble, { fault, again })}
            ${contact && contact.numbers.length > 1 && h(Numbers, { contact, conversation })} ${h(Facts, { conversation, contact })}
            ${h(Others, { conversation })}
            <ul class="details-acts">
                ${choices.map(({ label, icon, act, danger }) => html`<li key=${icon}><button type="button" class=${danger ? "danger" : ""} onClick=${act}>${h(Icon, { name: icon })}${label}</button></li>`)}
            </ul>
        </div>
        ${editing && h(SaveContact, { contact: own, name: contact?.name, number: conversation.party.value, onClose: () => setEditing(false) })}
    </aside>`;
}

/** The contact behind a party with all its numbers, kept up while contacts change. @param {ConversationView} conversation */
function useContact({ party, contact: own, listed: known }) {
    const shown = own?.id ?? known?.contact_id;
    const [contact, setContact] = useState(/** @type {ContactView | null} */ (null));
    const [fault, setFault] = useState(/** @type {unknown} */ (null));
    const [tries, setTries] = useState(0);
    const version = contactsVersion.value;
    useEffect(() => {
        if (party.kind === "alpha") return undefined;
        const abort = new AbortController();
        lookUp(party.value, undefined, abort.signal).then(
            (found) => (setContact(found.contact), setFault(null)),
            (thrown) => abort.signal.aborted || setFault(thrown),
        );
        return () => abort.abort();
    }, [party.value, shown, version, tries]);
    return { contact, fault, again: () => setTries(tries + 1) };
}

/** @param {{conversation: ConversationView}} props */
function Card({ conversation }) {
    const { title, party, kind } = conversation;
    const name = knownAs(conversation);
    const can = callable(party);
    return html`<div class="details-card">
        ${h(Avatar, { name, seed: party.value, large: true })}
        <p class="details-name" dir="auto">${title}</p>
        <p class="details-sub">${h(KindMark, { kind })} ${name === null ? t(`party.${party.kind}`) : party.display}</p>
        <div class="details-quick">
            ${can && html`<button type="button" class="quick" onClick=${() => call(party.value)}>${h(Icon, { name: "call" })}<span>${t("details.call")}</span></button>`}
            <button type="button" class="quick" onClick=${() => copyText(party.value)}>${h(Icon, { name: "copy" })}<span>${t("details.copy")}</span></button>
        </div>
    </div>`;
}

/** Every number of the contact; each begins a text. @param {{contact: ContactView, conversation: ConversationView}} props */
function Numbers({ contact, conversation }) {
    return html`<h3>${t("contact.numbers")}</h3>
        <ul class="details-numbers">
            ${contact.numbers.map(({ number, display, type }) => {
                const words = t("contact.text_to", { name: contact.name, number: display });
                const here = number === conversation.party.value;
                return html`<li key=${number}>
                    <span class="own-number">${display}</span> <span class="person-type">${known(`type.${type}`) ?? type}${here && ` · ${t("details.here")}`}</span>
                    ${!here && html`<a class="round text-them" href=${to(`messages/new?to=${encodeURIComponent(number)}`)} aria-label=${words} title=${words}>${h(Icon, { name: "sms" })}</a>`}
                </li>`;
            })}
        </ul>`;
}

/** @param {{conversation: ConversationView, contact: ContactView | null}} props */
function Facts({ conversation, contact }) {
    const { party, number, created_at: since, last_message: last } = conversation;
    const planned = scheduledIn(conversation.id).length;
    return html`<h3>${t("message.facts")}</h3>
        <dl class="facts">
            ${h(Fact, { name: t("details.known"), value: contact ? sourceWords(contact) : t(`party.${party.kind}`) })}
            ${h(Fact, { name: t("activity.party"), value: party.value === party.display ? party.display : `${party.display} (${party.value})` })}
            ${h(Fact, { name: t("activity.number"), value: numberWords(number) })} ${h(Fact, { name: t("details.texts"), value: stateWords(conversation) })}
            ${h(Fact, { name: t("later.chip"), value: planned ? String(planned) : "" })} ${h(Fact, { name: t("details.since"), value: day(since) })}
            ${h(Fact, { name: t("activity.time"), value: last ? exact(last.created_at) : "" })}
        </dl>`;
}

/** Which directory knows them. @param {ContactView} contact */
function sourceWords({ source, source_label: label }) {
    return source === "personal" ? t("contact.source_own") : t("contact.source", { label });
}

/** Whether texts can go to them and are shown. @param {ConversationView} conversation */
function stateWords({ opted_out: optedOut, maybe_opt_out: maybe, blocked, read_only: readOnly, party }) {
    const said = [
        optedOut && t("details.opted_out"),
        maybe && !optedOut && t("details.maybe"),
        blocked && t("details.blocked"),
        readOnly && t("details.read_only"),
        !party.answerable && t("details.no_answer"),
    ].filter(Boolean);
    return said.length ? said.join(" · ") : t("details.wanted");
}

/** What else was said with them: by another number of ours, or to another of theirs. @param {{conversation: ConversationView}} props */
function Others({ conversation }) {
    const { id, title, party, contact } = conversation;
    useEffect(() => {
        const abort = new AbortController();
        readList({ q: contact?.name ?? party.value, signal: abort.signal }).catch(() => {});
        return () => abort.abort();
    }, [id, contact?.id]);
    const same = (/** @type {ConversationView} */ each) => each.party.value === party.value || (contact !== null && each.contact?.id === contact.id);
    const found = listed.value.filter((each) => each.id !== id && same(each));
    if (!found.length) return null;
    return html`<h3>${t("details.others", { name: title })}</h3>
        <ul class="details-others">
            ${found.map((each) => html`<li key=${each.id}><a href=${to(`messages/${each.id}?pane=details`)}>${h(Icon, { name: "sms" })}<span>${each.party.display} · ${numberWords(each.number)}</span></a></li>`)}
        </ul>`;
}

/** Show or close the pane; the rest of the address stays. @param {string} id @param {boolean} shown */
export function showDetails(id, shown) {
    go(`messages/${id}${shown ? "?pane=details" : ""}`, { replace: !shown, keep: ["window", "at"] });
}
