// @ts-check
import { conversation, find } from "../conversations.js";
import { h, html, useEffect, useLayoutEffect, useRef, useState } from "../lib/ui.js";
import { t } from "../lib/words.js";
import { listen } from "../keys.js";
import { numberWords } from "../numbers.js";
import { Empty, Trouble } from "../parts/empty.js";
import { Field } from "../parts/field.js";
import { Choice } from "../parts/filters.js";
import { Counted, Group, Hits, PersonFound, othersFound, walkFound } from "../parts/found.js";
import { Icon } from "../parts/icon.js";
import { Row } from "../parts/row.js";
import { entered } from "../parts/save-contact.js";
import { wordOf } from "../parts/status.js";
import { go, place, to } from "../router.js";
import { NOTHING, Search, isNarrow } from "../search.js";
import { me } from "../state.js";

/** @typedef {import("../search.js").Asked} Asked */
/** @typedef {import("../types.js").ConversationView} ConversationView */
/** @typedef {(change: Partial<Asked>) => void} Change */

const STATUSES = ["delivered", "sent", "sending", "queued", "held", "failed", "undelivered", "unknown", "expired", "cancelled", "received"];

const search = new Search();
/** How far the results were scrolled, and which was opened: who comes back from a thread goes on there. */
let scrolled = 0;
let opened = "";

/** @param {Event} event */
function noteOpened({ target }) {
    const hit = target instanceof Element ? target.closest("[data-hit]") : null;
    opened = hit?.getAttribute("data-hit") ?? "";
}

/** Everything that was said, found by words and what narrows them. What is looked for stands in the address. */
export function SearchView() {
    const asked = readAsked();
    const key = JSON.stringify(asked);
    const first = useRef(true);
    const box = useRef(/** @type {HTMLElement | null} */ (null));
    useEffect(() => {
        if (!first.current) [scrolled, opened] = [0, ""];
        search.look(asked, first.current ? 0 : undefined);
        first.current = false;
    }, [key]);
    useLayoutEffect(() => {
        if (box.current) box.current.scrollTop = scrolled;
    }, []);
    const change = (/** @type {Partial<Asked>} */ part) => go(addressOf({ ...asked, ...part }), { replace: true });
    return html`<main class="page search-page" ref=${box} onScroll=${() => (scrolled = box.current?.scrollTop ?? 0)}>
        <div class="page-inner">
            <header class="page-head">
                <div class="search-title">
                    <a class="round" href=${to("messages")} aria-label=${t("back_to_list")} title=${t("back_to_list")}>${h(Icon, { name: "back" })}</a>
                    <h1>${t("search")}</h1>
                </div>
            </header>
            ${h(Words, { value: asked.q, change })} ${h(Filters, { asked, change })} ${h(Results, { asked, change })}
        </div>
    </main>`;
}

/** @returns {Asked} */
function readAsked() {
    const given = Object.keys(NOTHING).map((name) => [name, place.value.query.get(name) ?? ""]);
    return { ...NOTHING, ...Object.fromEntries(given) };
}

/** @param {Asked} asked */
export function addressOf(asked) {
    const query = new URLSearchParams(Object.entries(asked).filter(([, value]) => value));
    return query.size ? `search?${query}` : "search";
}

/** @param {{value: string, change: Change}} props */
function Words({ value, change }) {
    const input = useRef(/** @type {HTMLInputElement | null} */ (null));
    useEffect(() => {
        const before = opened && document.querySelector(`[data-hit="${CSS.escape(opened)}"]`);
        if (before instanceof HTMLElement) before.focus({ preventScroll: true });
        else if (matchMedia("(pointer: fine)").matches) input.current?.focus({ preventScroll: true });
        const focus = (/** @type {KeyboardEvent} */ event) => {
            event.preventDefault();
            input.current?.focus();
            input.current?.select();
        };
        return listen({ "/": focus, Escape: () => go("messages") });
    }, []);
    const key = (/** @type {KeyboardEvent} */ event) => {
        if (event.key !== "ArrowDown") return;
        const row = document.querySelector(".found :is(a.row, a.hit)");
        if (!(row instanceof HTMLElement)) return;
        event.preventDefault();
        row.focus();
    };
    return html`<div class="search" role="search">
        ${h(Icon, { name: "search" })}
        <input ref=${input} type="search" autocomplete="off" maxlength="128" enterkeyhint="search" placeholder=${t("search.placeholder")} aria-label=${t("search.placeholder")} aria-keyshortcuts="/" value=${value} onInput=${entered((q) => change({ q }))} onKeyDown=${key} />
    </div>`;
}

/** @param {{asked: Asked, change: Change}} props */
function Filters({ asked, change }) {
    const numbers = me.value?.numbers ?? [];
    const [days, setDays] = useState(Boolean(asked.from || asked.to));
    const set = (/** @type {keyof Asked} */ name) => (/** @type {string} */ value) => change({ [name]: value });
    const directions = [
        ["inbound", t("search.inbound")],
        ["outbound", t("search.outbound")],
    ];
    const day = (/** @type {"from" | "to"} */ name) => html`<input type="date" value=${asked[name]} onChange=${entered(set(name))} />`;
    return html`<div class="table-head search-filters" role="group" aria-label=${t("search.filters")}>
        ${h(Choice, { label: t("search.direction"), value: asked.direction, all: t("search.both_ways"), of: directions, set: set("direction") })}
        ${h(Choice, { label: t("search.status"), value: asked.status, all: t("search.every_status"), of: STATUSES.map((each) => [each, wordOf(each)]), set: set("status") })}
        ${numbers.length > 1 && h(Choice, { label: t("search.number"), value: asked.number, all: t("search.every_number"), of: numbers.map((each) => [each.number, numberWords(each)]), set: set("number") })}
        <button type="button" class="chip" aria-expanded=${days} onClick=${() => setDays(!days)}>${h(Icon, { name: "clock" })}${t("search.days")}</button>
        ${asked.conversation && h(Only, { id: asked.conversation, change })}
        ${days && html`<div class="audit-filter more-filters">${h(Field, { label: t("search.from"), children: day("from") })} ${h(Field, { label: t("search.to"), children: day("to") })}</div>`}
    </div>`;
}

/** The one conversation that is searched; a press searches all again. @param {{id: string, change: Change}} props */
function Only({ id, change }) {
    useEffect(() => void find(id).catch(() => {}), [id]);
    const name = conversation(id)?.title ?? "…";
    return html`<button type="button" class="chip" aria-pressed="true" title=${t("search.in_any")} onClick=${() => change({ conversation: "" })}>
        ${t("search.in", { name })}${h(Icon, { name: "close" })}<span class="only-heard">, ${t("search.in_any")}</span>
    </button>`;
}

/** @param {{asked: Asked, change: Change}} props */
function Results({ asked, change }) {
    const words = asked.q.trim();
    if (!words) return h(Empty, { icon: "search", title: t("search.start"), text: t("search.start_text") });
    const state = search.state.value;
    const talks = /** @type {ConversationView[]} */ (search.conversations.value.map((id) => conversation(id)).filter(Boolean));
    const shown = isNarrow(asked) ? [] : talks;
    const people = othersFound(search, shown);
    const messages = search.messages.value.length > 0 || search.hasMore.value;
    const children = isNarrow(asked) && html`<button type="button" class="button" onClick=${() => change({ ...NOTHING, q: asked.q })}>${t("search.without_filters")}</button>`;
    return html`<div class="found" aria-busy=${state === "looking"} onKeyDown=${walkFound} onClick=${noteOpened}>
        ${h(Counted, { search })}
        ${shown.length > 0 && h(Group, { level: "h2", title: t("search.conversations"), count: shown.length, children: html`<ul class="card">${shown.map((each) => h(Talk, { key: each.id, each, change }))}</ul>` })}
        ${people.length > 0 && h(Group, { level: "h2", title: t("search.people"), count: people.length, children: html`<ul class="card">${people.map((contact) => h(PersonFound, { key: contact.id, contact }))}</ul>` })}
        ${messages && h(Group, { level: "h2", title: t("search.messages"), children: html`<div class="card">${h(Hits, { search, full: true })}</div>` })}
        ${state === "failed" && h(Trouble, { fault: search.fault.value, again: () => search.again() })}
        ${state === "looking" && !messages && html`<p class="busy">${t("search.looking")}</p>`}
        ${state === "ready" && !messages && !shown.length && !people.length && h(Empty, { icon: "search", title: t("search.none"), text: t(isNarrow(asked) ? "search.none_narrow" : "search.none_text", { words }), children })}
    </div>`;
}

/** @param {{each: ConversationView, change: Change}} props */
function Talk({ each, change }) {
    const words = t("search.here_of", { name: each.title });
    return html`<li class="found-talk">
        ${h(Row, { conversation: each })}
        <button type="button" class="round" aria-label=${words} title=${words} onClick=${() => change({ conversation: each.id })}>${h(Icon, { name: "search" })}</button>
    </li>`;
}
