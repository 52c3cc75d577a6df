// @ts-check
import { NOUNS, deed, doer, exportOf, readAudit } from "../audit.js";
import { exact } from "../lib/time.js";
import { h, html, useEffect, useState } from "../lib/ui.js";
import { known, t } from "../lib/words.js";
import { Empty, Trouble } from "../parts/empty.js";
import { Field } from "../parts/field.js";
import { Icon } from "../parts/icon.js";
import { entered } from "../parts/save-contact.js";
import { trying } from "../parts/toast.js";

/** @typedef {import("../types.js").AuditView} AuditView */
/** @typedef {import("../audit.js").AuditFilter} AuditFilter */

/** Who signed in and what admins did: narrow it down, read on, take it along. */
export function AuditView() {
    const [filter, setFilter] = useState(/** @type {AuditFilter} */ ({ who: "", what: "", from: "", to: "" }));
    const { items, next, fault, read, more } = useAudit(filter);
    return html`<div class="page-inner">
        <header class="page-head">
            <div>
                <h1>${t("audit.title")}</h1>
                <p class="page-about">${t("audit.about")}</p>
            </div>
            <div class="page-acts">
                <a class="button" href=${exportOf(filter)} download="audit.csv">${h(Icon, { name: "down" })}${t("opt_out.export")}</a>
            </div>
        </header>
        <section class="card">
            ${h(Filter, { filter, set: setFilter })} ${fault !== null && h(Trouble, { fault, again: read })}
            ${!items ? html`<p class="busy" role="status">${t("reading")}</p>` : items.length ? h(Table, { items }) : h(Empty, { icon: "pause", title: t("audit.none"), text: t("audit.none_text") })}
            ${next && html`<button type="button" class="button" onClick=${more}>${t("contact.more")}</button>`}
        </section>
    </div>`;
}

/** @param {AuditFilter} filter */
function useAudit(filter) {
    const [items, setItems] = useState(/** @type {AuditView[] | null} */ (null));
    const [next, setNext] = useState(/** @type {string | null} */ (null));
    const [fault, setFault] = useState(/** @type {unknown} */ (null));
    const read = async (/** @type {AbortSignal | undefined} */ signal = undefined) => {
        try {
            const page = await readAudit({ ...filter, signal });
            setItems(page.items);
            setNext(page.next);
            setFault(null);
        } catch (thrown) {
            if (!signal?.aborted) setFault(thrown);
        }
    };
    useEffect(() => {
        const abort = new AbortController();
        void read(abort.signal);
        return () => abort.abort();
    }, [filter]);
    const more = () =>
        void trying(async () => {
            const page = await readAudit({ ...filter, before: next ?? undefined });
            setItems((before) => [...(before ?? []), ...page.items]);
            setNext(page.next);
        });
    return { items, next, fault, read: () => read(), more };
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

/** @param {{items: AuditView[]}} props */
function Table({ items }) {
    return html`<div class="table-box">
        <table>
            <thead>
                <tr>
                    <th scope="col">${t("audit.when")}</th>
                    <th scope="col">${t("audit.who")}</th>
                    <th scope="col">${t("audit.what")}</th>
                    <th scope="col">${t("audit.subject")}</th>
                    <th scope="col">${t("audit.words")}</th>
                </tr>
            </thead>
            <tbody>
                ${items.map(
                    (row) => html`<tr key=${row.id} data-act=${row.act}>
                        <td><time datetime=${row.at}>${exact(row.at)}</time></td>
                        <td>${doer(row)}${row.address && html`<p class="hint">${row.address}</p>`}</td>
                        <th scope="row">${deed(row)}</th>
                        <td>${row.subject || (row.subject_id && `#${row.subject_id}`) || "–"}</td>
                        <td>${row.words || "–"}</td>
                    </tr>`,
                )}
            </tbody>
        </table>
    </div>`;
}
