// @ts-check
import { knownAs } from "../conversations.js";
import { NEWEST_FIRST, NO_FILTER, activityPages, activityVersion, gridlines, turnGridlines } from "../activity.js";
import { exact, moment } from "../lib/time.js";
import { h, html, useEffect, useState } from "../lib/ui.js";
import { t } from "../lib/words.js";
import { numberWords } from "../numbers.js";
import { Avatar } from "../parts/avatar.js";
import { call, callable } from "../parts/call.js";
import { widthsOf } from "../parts/columns.js";
import { contextOf, openBelow } from "../parts/context-menu.js";
import { copyText } from "../parts/copy.js";
import { Field } from "../parts/field.js";
import { Choice, Search } from "../parts/filters.js";
import { Icon } from "../parts/icon.js";
import { PageHead } from "../parts/page-head.js";
import { entered } from "../parts/save-contact.js";
import { KindMark, Status } from "../parts/status.js";
import { Table } from "../parts/table.js";
import { go, to } from "../router.js";
import { me } from "../state.js";
import { usePages } from "../table.js";

/** @typedef {import("../types.js").ActivityRow} ActivityRow */
/** @typedef {import("../activity.js").ActivityFilter} ActivityFilter */

const widths = widthsOf("activity");

/** What happened last with whom, by which number (KU-42); what is new stands first (KU-45). */
export function ActivityView() {
    const [filter, setFilter] = useState(NO_FILTER);
    const pages = usePages(activityPages(filter), filter, NEWEST_FIRST);
    const version = activityVersion.value;
    useEffect(() => void (pages.found && pages.again()), [version]);
    const unread = /** @type {{unread?: number} | null} */ (pages.found)?.unread ?? 0;
    const groups = pages.sort === NEWEST_FIRST && !pages.back && pages.found?.items.some((row) => row.unread);
    const groupOf = (/** @type {ActivityRow} */ row) => (groups ? (row.unread ? t("activity.new", { n: unread }) : t("activity.earlier")) : "");
    const narrowed = Object.values(filter).some(Boolean);
    const marks = (/** @type {ActivityRow} */ row) => ({
        "data-activity": row.conversation_id,
        class: row.unread ? "unread" : "",
        onDblClick: () => go(`messages/${row.conversation_id}`),
        ...contextOf(t("activity.actions", { name: nameOf(row) }), () => choices(row)),
    });
    return html`<main class="page wide activity">
        <div class="page-inner">
            ${h(PageHead, { title: t("activity"), about: t("activity.about") })}
            <section class="card">
                ${h(Table, {
                    name: "activity",
                    label: t("activity"),
                    columns: columns(),
                    pages,
                    keyOf: (row) => row.conversation_id,
                    marks,
                    looks: { groupOf, widths, lines: gridlines.value },
                    empty: { icon: "activity", title: t(narrowed ? "activity.none_found" : "activity.none"), text: t(narrowed ? "activity.none_found_text" : "activity.none_text") },
                    exports: false,
                    children: h(Filters, { filter, set: (part) => setFilter({ ...filter, ...part }), unread }),
                })}
            </section>
        </div>
    </main>`;
}

/** @param {ActivityRow} row */
const nameOf = (row) => knownAs(row) ?? row.party.display;

/** @returns {import("../table.js").Column[]} */
function columns() {
    return [
        { id: "name", title: t("activity.name"), head: true, sorts: true, cell: (row) => h(Who, { row }) },
        { id: "party", title: t("activity.party"), sorts: true, cell: (row) => html`<span class="table-status"><span class="own-number">${row.party.display}</span> ${h(KindMark, { kind: row.kind })}</span>` },
        { id: "number", title: t("activity.number"), sorts: true, cell: (row) => html`<span class="own-number">${numberWords(row.number)}</span>` },
        { id: "time", title: t("activity.time"), sorts: true, cell: (row) => h(When, { row }) },
        { id: "more", title: t("activity.more"), plain: true, cell: (row) => h(More, { row }) },
    ];
}

/** @param {{row: ActivityRow}} props */
function Who({ row }) {
    return html`<span class="table-who">
        ${h(Avatar, { name: knownAs(row), seed: row.party.value })}
        <a href=${to(`messages/${row.conversation_id}`)} dir="auto">${nameOf(row)}</a>
        ${row.unread > 0 && html`<span class="unread-count"><span aria-hidden="true">${row.unread > 99 ? "99+" : row.unread}</span><span class="only-heard">${t("list.unread_count", { n: row.unread })}</span></span>`}
    </span>`;
}

/** @param {{row: ActivityRow}} props */
function When({ row }) {
    return html`<span class="table-status" title=${exact(row.at)}>${h(Status, { status: row.status })}<time datetime=${row.at}>${moment(row.at)}</time></span>`;
}

/** @param {{row: ActivityRow}} props */
function More({ row }) {
    const label = t("activity.actions", { name: nameOf(row) });
    return html`<button type="button" class="round" aria-haspopup="menu" aria-label=${label} title=${label} onClick=${(/** @type {Event} */ event) => openBelow(label, choices(row), event)}>${h(Icon, { name: "more" })}</button>`;
}

/** What can be done with a row, and with the list (KU-44). @param {ActivityRow} row @returns {import("../parts/menu.js").Choice[]} */
function choices({ conversation_id: id, party }) {
    return [
        { label: t("activity.write"), icon: "sms", act: () => go(`messages/${id}`) },
        ...(callable(party) ? [{ label: t("details.call"), icon: "call", act: () => call(party.value) }] : []),
        { label: t("details.copy"), icon: "copy", act: () => void copyText(party.value) },
        { label: t("details.show"), icon: "person", act: () => go(`messages/${id}?pane=details`) },
        { label: t("activity.reset_widths"), icon: "retry", act: widths.reset },
        { label: t(gridlines.peek() ? "activity.no_gridlines" : "activity.gridlines"), icon: "hash", act: turnGridlines },
    ];
}

/** @param {{filter: ActivityFilter, set: (part: Partial<ActivityFilter>) => void, unread: number}} props */
function Filters({ filter, set, unread }) {
    const [days, setDays] = useState(false);
    const numbers = me.value?.numbers ?? [];
    const day = (/** @type {"from" | "to"} */ name) => html`<input type="date" value=${filter[name]} onChange=${entered((value) => set({ [name]: value }))} />`;
    const directions = [
        ["inbound", t("activity.inbound")],
        ["outbound", t("activity.outbound")],
    ];
    return html`${h(Search, { label: t("activity.search"), value: filter.q, set: (q) => set({ q }) })}
        <button type="button" class="chip" aria-pressed=${filter.unread !== ""} onClick=${() => set({ unread: filter.unread ? "" : "true" })}>
            ${t("list.unread")}${unread > 0 && html` <span class="chip-count">${unread}</span>`}
        </button>
        <button type="button" class="chip" aria-expanded=${days} onClick=${() => setDays(!days)}>${h(Icon, { name: "clock" })}${t("search.days")}</button>
        ${h(Choice, { label: t("activity.direction"), value: filter.direction, all: t("activity.both_ways"), of: directions, set: (direction) => set({ direction }) })}
        ${numbers.length > 1 && h(Choice, { label: t("search.number"), value: filter.number, all: t("search.every_number"), of: numbers.map((each) => [each.number, numberWords(each)]), set: (number) => set({ number }) })}
        ${days && html`<div class="audit-filter more-filters">${h(Field, { label: t("search.from"), children: day("from") })} ${h(Field, { label: t("search.to"), children: day("to") })}</div>`}`;
}
