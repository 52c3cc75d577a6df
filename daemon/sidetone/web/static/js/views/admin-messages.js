// @ts-check
import { backwards, lookUp } from "../admin.js";
import { dayToMoment } from "../audit.js";
import { carriers, readCarriers } from "../carriers.js";
import { exact } from "../lib/time.js";
import { h, html, useEffect, useState } from "../lib/ui.js";
import { t } from "../lib/words.js";
import { Choice, Search } from "../parts/filters.js";
import { Field } from "../parts/field.js";
import { PageHead } from "../parts/page-head.js";
import { entered } from "../parts/save-contact.js";
import { Status, wordOf } from "../parts/status.js";
import { Table } from "../parts/table.js";
import { goingOn, place, to } from "../router.js";
import { may } from "../state.js";
import { usePages } from "../table.js";
import { LoggedView } from "./admin-message.js";
import { FormError, useForm } from "./sign-in.js";

/** @typedef {import("../types.js").LoggedMessage} LoggedMessage */

const STATUSES = ["queued", "scheduled", "held", "sending", "unknown", "sent", "delivered", "failed", "undelivered", "expired", "cancelled", "received"];
const NO_FILTER = { from: "", to: "", direction: "", status: "", carrier: "", number: "", party: "", words: "", bodies: "" };

/** Everyone's messages by what became of them, or the page of one. */
export function MessageLogView() {
    const { item } = place.value;
    return item ? h(LoggedView, { key: item, id: item }) : h(Log, {});
}

function Log() {
    const [filter, setFilter] = useState(() => ({ ...NO_FILTER, status: place.value.query.get("status") ?? "" }));
    const [more, setMore] = useState(false);
    const asked = { ...filter, from: dayToMoment(filter.from, 0) ?? "", to: dayToMoment(filter.to, 1) ?? "" };
    const pages = usePages(backwards("/admin/messages", asked), filter);
    useEffect(() => void (carriers.peek() ?? readCarriers()), []);
    const set = (/** @type {keyof typeof NO_FILTER} */ name) => (/** @type {string} */ value) => setFilter((before) => ({ ...before, [name]: value }));
    const filters = html`${h(Search, { label: t("log.party"), value: filter.party, set: set("party") })}
    ${h(Choice, { label: t("log.status"), value: filter.status, all: t("log.every_status"), of: STATUSES.map((each) => [each, wordOf(each)]), set: set("status") })}
    ${h(Choice, { label: t("log.direction"), value: filter.direction, all: t("log.both_ways"), of: [["inbound", t("log.inbound")], ["outbound", t("log.outbound")]], set: set("direction") })}
    <button type="button" class="chip" aria-expanded=${more} onClick=${() => setMore(!more)}>${t("log.more")}</button>
    ${more && h(More, { filter, set })}`;
    const empty = { icon: "messages", title: t("log.none"), text: t("audit.none_text") };
    const keyOf = (/** @type {LoggedMessage} */ message) => message.id;
    const marks = (/** @type {LoggedMessage} */ message) => ({ "data-message": message.id });
    return html`<div class="page-inner">
        ${h(PageHead, { title: t("admin.messages"), about: t("log.about") })} ${h(LookUp, {})}
        <section class="card">${h(Table, { name: "messages", label: t("admin.messages"), columns: columns(filter.bodies !== ""), pages, keyOf, marks, empty, children: filters })}</section>
    </div>`;
}

/** @param {boolean} bodies @returns {import("../table.js").Column[]} */
function columns(bodies) {
    /** @type {import("../table.js").Column[]} */
    const found = [
        { id: "at", title: t("audit.when"), head: true, cell: (row) => html`<a href=${to(`admin/messages/${row.id}`)}><time datetime=${row.at}>${exact(row.at)}</time></a>`, text: (row) => row.at },
        { id: "direction", title: t("log.direction"), cell: (row) => wayOf(row.direction), text: (row) => row.direction },
        { id: "from", title: t("log.from"), cell: (row) => fromOf(row), text: (row) => fromOf(row) },
        { id: "to", title: t("log.to"), cell: (row) => toOf(row), text: (row) => toOf(row) },
        { id: "carrier", title: t("message.carrier"), cell: (row) => row.carrier, text: (row) => row.carrier },
        { id: "status", title: t("log.status"), cell: (row) => html`<span class="table-status">${h(Status, { status: row.status })}<span aria-hidden="true">${wordOf(row.status)}</span></span>`, text: (row) => row.status },
        { id: "segments", title: t("log.segments"), cell: (row) => row.segments, text: (row) => String(row.segments) },
        { id: "id", title: t("message.id"), cell: (row) => row.id, text: (row) => row.id },
        { id: "body", title: t("log.body"), cell: (row) => html`<span class="log-body" dir="auto">${row.body ?? "–"}</span>`, text: (row) => row.body ?? "" },
    ];
    return found.filter(({ id }) => id !== (bodies ? "id" : "body"));
}

/** @param {string} direction */
export function wayOf(direction) {
    return t(direction === "inbound" ? "log.inbound" : "log.outbound");
}

/** @param {LoggedMessage} message */
function fromOf({ direction, number, party }) {
    return direction === "inbound" ? (party ?? "–") : number;
}

/** @param {LoggedMessage} message */
function toOf({ direction, number, party }) {
    return direction === "inbound" ? number : (party ?? "–");
}

/** @param {{filter: typeof NO_FILTER, set: (name: keyof typeof NO_FILTER) => (value: string) => void}} props */
function More({ filter, set }) {
    const names = (carriers.value ?? []).map((each) => each.name);
    const day = (/** @type {"from" | "to"} */ name) => html`<input type="date" value=${filter[name]} onChange=${entered(set(name))} />`;
    const number = html`<input type="tel" maxlength="64" autocomplete="off" value=${filter.number} onChange=${entered(set("number"))} />`;
    const words = html`<input maxlength="64" autocomplete="off" value=${filter.words} onChange=${entered(set("words"))} />`;
    const carrier = html`<select value=${filter.carrier} onChange=${entered(set("carrier"))}>
        <option value="">${t("admin.every_carrier")}</option>
        ${names.map((name) => html`<option value=${name} selected=${name === filter.carrier}>${name}</option>`)}
    </select>`;
    return html`<div class="audit-filter more-filters" role="group" aria-label=${t("log.more")}>
        ${h(Field, { label: t("audit.from"), children: day("from") })} ${h(Field, { label: t("audit.to"), children: day("to") })}
        ${h(Field, { label: t("log.our_number"), children: number })} ${h(Field, { label: t("message.carrier"), children: carrier })}
        ${may("bodies") && h(Field, { label: t("log.words"), hint: t("log.audited"), children: words })}
        ${may("bodies") &&
        html`<label class="tick"><input type="checkbox" checked=${filter.bodies !== ""} onChange=${() => set("bodies")(filter.bodies ? "" : "true")} />${t("log.show_bodies")}</label>`}
    </div>`;
}

/** By any id that a message has: what a carrier's ticket names, for instance. */
function LookUp() {
    const { error, busy, submit } = useForm(async ({ key = "" }) => {
        const goOn = goingOn();
        const found = await lookUp(key.trim());
        goOn(`admin/messages/${found.message.id}`);
    });
    const key = html`<input name="key" required maxlength="256" autocomplete="off" autocapitalize="none" spellcheck=${false} />`;
    return html`<section class="card">
        <form class="try-form" onSubmit=${submit}>
            ${h(Field, { label: t("log.find"), children: key })}
            <button type="submit" class="button" aria-disabled=${busy}>${t("log.where")}</button>
            ${h(FormError, { error })}
        </form>
        <p class="page-about">${t("log.find_hint")}</p>
    </section>`;
}
