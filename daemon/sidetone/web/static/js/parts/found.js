// @ts-check
// What was found, in groups: conversations, people, and messages that lead to their place in the thread.

import { explainFault } from "../api.js";
import { brief, moment } from "../lib/time.js";
import { h, html, useEffect, useRef } from "../lib/ui.js";
import { known, t } from "../lib/words.js";
import { place, to } from "../router.js";
import { me } from "../state.js";
import { thread } from "../threads.js";
import { Avatar } from "./avatar.js";
import { Icon } from "./icon.js";
import { step } from "./menu.js";

/** @typedef {import("../types.js").FoundMessage} FoundMessage */
/** @typedef {import("../types.js").ContactView} ContactView */
/** @typedef {import("../search.js").Search} Search */

/** @param {{title: string, count?: number, level?: "h2" | "h3", children: import("../lib/ui.js").Children}} props */
export function Group({ title, count = 0, level = "h3", children }) {
    return html`<section class="found-group" aria-label=${title}>
        ${h(level, {}, title, count > 0 && html` <span class="found-count">${count}</span>`)}
        ${children}
    </section>`;
}

/** Where a found message is. @param {FoundMessage} found */
export const placeOf = ({ message }) => `messages/${message.conversation_id}?at=${message.id}`;

/** A message that was found: opens its thread there. @param {{found: FoundMessage, full?: boolean}} props `full`: there is room for its day and clock */
export function Hit({ found, full = false }) {
    const { message, title, party, number } = found;
    const several = (me.value?.numbers.length ?? 0) > 1;
    const { id, query } = place.value;
    const here = id === message.conversation_id && query.get("at") === message.id;
    const again = () => here && void thread(message.conversation_id, { id: message.id }); // the address stays, so nobody else would
    return html`<a class="hit" href=${to(placeOf(found))} aria-current=${here ? "page" : undefined} data-hit=${message.id} onClick=${again}>
        ${h(Avatar, { name: title === party.display ? null : title, seed: party.value })}
        <span class="row-top">
            <span class="row-name" dir="auto">${title}</span>
            ${several && html`<span class="hit-by">${number.label || number.display}</span>`}
            <time class="row-time" datetime=${message.created_at}>${full ? moment(message.created_at) : brief(message.created_at)}</time>
        </span>
        ${h(Snippet, { found })}
    </a>`;
}

/** @param {import("../types.js").SnippetPiece} piece */
export const marked = ({ text, hit }) => (hit ? html`<mark>${text}</mark>` : text);

/** @param {{found: FoundMessage}} props */
function Snippet({ found }) {
    const own = found.message.direction === "outbound";
    return html`<span class="hit-text" dir="auto">${own && html`<span class="hit-you">${t("search.you")}</span> `}${found.snippet.map(marked)}</span>`;
}

/** A contact that was found: begins a text to each of its numbers. @param {{contact: ContactView}} props */
export function PersonFound({ contact }) {
    const { name, numbers } = contact;
    return numbers.map(({ number, display, type }) => {
        const words = t("search.text_to", { name, number: display });
        return html`<li key=${number}>
            <a class="hit" href=${to(`messages/new?to=${encodeURIComponent(number)}`)} aria-label=${words}>
                ${h(Avatar, { name, seed: number })}
                <span class="row-top"><span class="row-name" dir="auto">${name}</span></span>
                <span class="hit-text">${[display, known(`type.${type}`) ?? type].join(" · ")}</span>
            </a>
        </li>`;
    });
}

/** The messages, and the way to older ones: by itself when the end comes near, else by its button. @param {{search: Search, full?: boolean}} props */
export function Hits({ search, full = false }) {
    const found = search.messages.value;
    return html`${found.length > 0 && html`<ul>${found.map((each) => html`<li key=${each.message.id}>${h(Hit, { found: each, full })}</li>`)}</ul>`}
    ${h(More, { search })}
    ${search.behind.value > 0 && html`<p class="found-note">${t("search.behind", { n: search.behind.value })}</p>`}`;
}

/** @param {{search: Search}} props */
function More({ search }) {
    const mark = useRef(/** @type {HTMLButtonElement | null} */ (null));
    const [more, busy, fault] = [search.hasMore.value, search.readingMore.value, search.fault.value];
    useEffect(() => {
        if (!more || busy || fault || !mark.current) return undefined;
        const watcher = new IntersectionObserver((entries) => entries.at(-1)?.isIntersecting && void search.more());
        watcher.observe(mark.current);
        return () => watcher.disconnect();
    }, [more, busy, fault]);
    if (!more) return null;
    if (busy) return html`<p class="busy" role="status">${t("search.further")}</p>`;
    return html`<div class="found-more">
        ${fault !== null && html`<p>${explainFault(fault)}</p>`}
        <button type="button" class="link" ref=${mark} onClick=${() => search.again()}>${h(Icon, { name: "down" })}${t(fault ? "again" : "search.more")}</button>
    </div>`;
}

/** How much was found, for those who do not see it. @param {{search: Search}} props */
export function Counted({ search }) {
    const state = search.state.value;
    const n = search.messages.value.length;
    const words = state === "looking" ? t("search.looking") : state === "ready" ? t(search.hasMore.value ? "search.count_more" : "search.count", { n }) : "";
    return html`<p class="only-heard" role="status">${words}</p>`;
}

/** People of whom no conversation is shown already. @param {Search} search @param {import("../types.js").ConversationView[]} talks */
export function othersFound(search, talks) {
    const shown = new Set(talks.map((each) => each.contact?.id ?? each.listed?.contact_id));
    return search.contacts.value.filter((each) => !shown.has(each.id));
}

/** Arrows go from one to the next. @param {KeyboardEvent} event */
export function walkFound(event) {
    const rows = event.currentTarget instanceof Element ? Array.from(event.currentTarget.querySelectorAll("a.row, a.hit")).filter((each) => each instanceof HTMLElement) : [];
    if (event.target instanceof Element && event.target.matches("a.row, a.hit") && step(rows, event.key, false)) event.preventDefault();
}
