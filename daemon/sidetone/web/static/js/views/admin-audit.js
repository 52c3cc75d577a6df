// @ts-check
import { NOUNS, deed, doer, exportOf, readAudit } from "../audit.js";
import { exact } from "../lib/time.js";
import { h, html, useState } from "../lib/ui.js";
import { known, t } from "../lib/words.js";
import { Field } from "../parts/field.js";
import { Icon } from "../parts/icon.js";
import { PageHead } from "../parts/page-head.js";
import { entered } from "../parts/save-contact.js";
import { Table } from "../parts/table.js";
import { usePages } from "../table.js";

/** @typedef {import("../types.js").AuditView} AuditView */
/** @typedef {import("../audit.js").AuditFilter} AuditFilter */

/** Who signed in and what admins did: narrow it down, read on, take it along. */
export function AuditView() {
    const [filter, setFilter] = useState(/** @type {AuditFilter} */ ({ who: "", what: "", from: "", to: "" }));
    const pages = usePages(({ after, limit, signal }) => readAudit({ ...filter, before: after, limit, signal }), filter);
    const take = html`<a class="button" href=${exportOf(filter)} download="audit.csv">${h(Icon, { name: "down" })}${t("opt_out.export")}</a>`;
    const empty = { icon: "pause", title: t("audit.none"), text: t("audit.none_text") };
    const keyOf = (/** @type {AuditView} */ row) => row.id;
    const marks = (/** @type {AuditView} */ row) => ({ "data-act": row.act });
    const children = h(Filter, { filter, set: setFilter });
    return html`<div class="page-inner">
        ${h(PageHead, { title: t("audit.title"), about: t("audit.about"), children: take })}
        <section class="card">${h(Table, { name: "audit", label: t("audit.title"), columns: columns(), pages, keyOf, marks, empty, exports: false, children })}</section>
    </div>`;
}

/** @returns {import("../table.js").Column[]} */
function columns() {
    return [
        { id: "at", title: t("audit.when"), cell: (row) => html`<time datetime=${row.at}>${exact(row.at)}</time>` },
        { id: "who", title: t("audit.who"), cell: (row) => html`<span>${doer(row)}</span>${row.address && html`<p class="hint">${row.address}</p>`}` },
        { id: "what", title: t("audit.what"), head: true, cell: deed },
        { id: "subject", title: t("audit.subject"), cell: (row) => row.subject || (row.subject_id && `#${row.subject_id}`) || "–" },
        { id: "words", title: t("audit.words"), cell: (row) => row.words || "–" },
    ];
}

/** @param {{filter: AuditFilter, set: (filter: AuditFilter) => void}} props */
function Filter({ filter, set }) {
    const change = (/** @type {keyof AuditFilter} */ name) => entered((/** @type {string} */ value) => set({ ...filter, [name]: value }));
    const who = html`<input name="who" autocomplete="off" maxlength="64" value=${filter.who} onChange=${change("who")} />`;
    const what = html`<select name="what" value=${filter.what} onChange=${change("what")}>
        <option value="">${t("audit.everything")}</option>
        ${NOUNS.map((noun) => html`<option key=${noun} value=${noun}>${known(`act.${noun}`) ?? noun}</option>`)}
    </select>`;
    const from = html`<input name="from" type="date" value=${filter.from} onChange=${change("from")} />`;
    const to = html`<input name="to" type="date" value=${filter.to} onChange=${change("to")} />`;
    return html`<div class="audit-filter" role="group" aria-label=${t("opt_out.show")}>
        ${h(Field, { label: t("audit.who"), children: who })} ${h(Field, { label: t("audit.what"), children: what })} ${h(Field, { label: t("audit.from"), children: from })}
        ${h(Field, { label: t("audit.to"), children: to })}
    </div>`;
}
