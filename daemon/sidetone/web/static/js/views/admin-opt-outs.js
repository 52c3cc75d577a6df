// @ts-check
import { EXPORT, addOptOut, liftOptOut, readOptOuts } from "../consent.js";
import { newKey } from "../lib/ids.js";
import { brief, exact } from "../lib/time.js";
import { h, html, useEffect, useState } from "../lib/ui.js";
import { t } from "../lib/words.js";
import { Dialog } from "../parts/dialog.js";
import { Empty, Trouble } from "../parts/empty.js";
import { Field } from "../parts/field.js";
import { Icon } from "../parts/icon.js";
import { entered } from "../parts/save-contact.js";
import { tell, trying } from "../parts/toast.js";
import { Import } from "./admin-opt-out-import.js";
import { FormError, useForm } from "./sign-in.js";

/** @typedef {import("../types.js").OptOutView} OptOutView */

const STATES = /** @type {const} */ (["in_force", "lifted", "all"]);

/** Who must not be texted: see, add, lift, take along. */
export function OptOutsView() {
    const [state, setState] = useState("in_force");
    const [party, setParty] = useState("");
    const [adding, setAdding] = useState(false);
    const [importing, setImporting] = useState(false);
    const [lifting, setLifting] = useState(/** @type {OptOutView | null} */ (null));
    const { items, next, fault, read, more } = useOptOuts(state, party.trim());
    const done = () => (setAdding(false), setLifting(null), void read());
    return html`<div class="page-inner">
            <header class="page-head">
                <div>
                    <h1>${t("opt_out.title")}</h1>
                    <p class="page-about">${t("opt_out.about")}</p>
                </div>
                <div class="page-acts">
                    <a class="button" href=${EXPORT} download="opt-outs.csv">${h(Icon, { name: "down" })}${t("opt_out.export")}</a>
                    <button type="button" class="button" onClick=${() => setImporting(true)}>${h(Icon, { name: "up" })}${t("import.title")}</button>
                    <button type="button" class="button primary" onClick=${() => setAdding(true)}>${h(Icon, { name: "plus" })}${t("opt_out.add")}</button>
                </div>
            </header>
            <section class="card">
                <div class="chips" role="group" aria-label=${t("opt_out.show")}>
                    ${STATES.map((each) => html`<button type="button" class="chip" aria-pressed=${state === each} onClick=${() => setState(each)}>${t(`opt_out.${each}`)}</button>`)}
                </div>
                <input type="search" class="opt-out-search" autocomplete="off" placeholder=${t("opt_out.search")} aria-label=${t("opt_out.search")} value=${party} onChange=${entered(setParty)} />
                ${fault !== null && h(Trouble, { fault, again: read })}
                ${!items ? html`<p class="busy" role="status">${t("reading")}</p>` : items.length ? h(Table, { items, lift: setLifting }) : h(Empty, { icon: "pause", title: t("opt_out.none"), text: t("opt_out.none_text") })}
                ${next && html`<button type="button" class="button" onClick=${more}>${t("contact.more")}</button>`}
            </section>
        </div>
        ${adding && h(Add, { onClose: () => setAdding(false), done })} ${importing && h(Import, { onClose: () => setImporting(false), done: () => void read() })} ${lifting && h(Lift, { optOut: lifting, onClose: () => setLifting(null), done })}`;
}

/** @param {string} state @param {string} party */
function useOptOuts(state, party) {
    const [items, setItems] = useState(/** @type {OptOutView[] | null} */ (null));
    const [next, setNext] = useState(/** @type {string | null} */ (null));
    const [fault, setFault] = useState(/** @type {unknown} */ (null));
    const read = async (/** @type {AbortSignal | undefined} */ signal = undefined) => {
        try {
            const page = await readOptOuts({ state, party: party || undefined, signal });
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
    }, [state, party]);
    const more = () =>
        void trying(async () => {
            const page = await readOptOuts({ state, party: party || undefined, before: next ?? undefined });
            setItems((before) => [...(before ?? []), ...page.items]);
            setNext(page.next);
        });
    return { items, next, fault, read: () => read(), more };
}

/** @param {{items: OptOutView[], lift: (optOut: OptOutView) => void}} props */
function Table({ items, lift }) {
    return html`<div class="table-box">
        <table>
            <thead>
                <tr>
                    <th scope="col">${t("opt_out.party")}</th>
                    <th scope="col">${t("opt_out.scope")}</th>
                    <th scope="col">${t("opt_out.why")}</th>
                    <th scope="col">${t("opt_out.since")}</th>
                    <th scope="col">${t("admin.state")}</th>
                </tr>
            </thead>
            <tbody>
                ${items.map((optOut) => h(Line, { key: optOut.id, optOut, lift }))}
            </tbody>
        </table>
    </div>`;
}

/** @param {{optOut: OptOutView, lift: (optOut: OptOutView) => void}} props */
function Line({ optOut, lift }) {
    const { party, number, source, wording, carrier, made_by: by } = optOut;
    const source_ = t(`opt_out.by_${source}`, { who: by?.name ?? "", carrier });
    return html`<tr data-party=${party.value}>
        <th scope="row">${party.display}</th>
        <td>${number ? number.display : t("opt_out.company")}</td>
        <td>${source_}${wording && html`<p class="hint">“${wording}”</p>`}</td>
        <td><time datetime=${optOut.created_at} title=${exact(optOut.created_at)}>${brief(optOut.created_at)}</time></td>
        <td>
            ${optOut.lifted_at
                ? html`${t("opt_out.lifted_on", { time: brief(optOut.lifted_at) })}
                      <p class="hint">${[optOut.lifted_by?.name ?? t("opt_out.themselves"), optOut.lift_wording].filter(Boolean).join(": ")}</p>`
                : html`<button type="button" class="link" aria-label=${t("opt_out.lift_who", { party: party.display })} onClick=${() => lift(optOut)}>${t("opt_out.lift")}</button>`}
        </td>
    </tr>`;
}

/** @param {{onClose: () => void, done: () => void}} props */
function Add({ onClose, done }) {
    const [key] = useState(newKey);
    const { error, busy, submit } = useForm(async ({ party = "", number = "", wording = "" }) => {
        await addOptOut({ party: party.trim(), number: number.trim() || null, wording: wording.trim() }, key);
        tell(t("opt_out.added"));
        done();
    });
    const party = html`<input name="party" type="tel" required maxlength="64" autocomplete="off" autofocus />`;
    const number = html`<input name="number" type="tel" maxlength="64" autocomplete="off" />`;
    const wording = html`<input name="wording" maxlength="200" autocomplete="off" />`;
    const children = html`<form onSubmit=${submit}>
        ${h(Field, { label: t("opt_out.party"), children: party })} ${h(Field, { label: t("opt_out.number"), hint: t("opt_out.number_hint"), children: number })}
        ${h(Field, { label: t("opt_out.wording"), hint: t("opt_out.wording_hint"), children: wording })} ${h(FormError, { error })}
        <div class="buttons">
            <button type="button" class="button" onClick=${onClose}>${t("cancel")}</button>
            <button type="submit" class="button primary" aria-disabled=${busy}>${t("opt_out.add")}</button>
        </div>
    </form>`;
    return h(Dialog, { title: t("opt_out.add"), onClose, children });
}

/** @param {{optOut: OptOutView, onClose: () => void, done: () => void}} props */
function Lift({ optOut, onClose, done }) {
    const { error, busy, submit } = useForm(async ({ why = "" }) => {
        await liftOptOut(optOut.id, why.trim());
        done();
    });
    const why = html`<input name="why" required maxlength="200" autocomplete="off" autofocus />`;
    const children = html`<form onSubmit=${submit}>
        <p>${t("opt_out.lift_text", { party: optOut.party.display })}</p>
        ${h(Field, { label: t("opt_out.agreed"), hint: t("opt_out.agreed_hint"), children: why })} ${h(FormError, { error })}
        <div class="buttons">
            <button type="button" class="button" onClick=${onClose}>${t("cancel")}</button>
            <button type="submit" class="button danger" aria-disabled=${busy}>${t("opt_out.lift")}</button>
        </div>
    </form>`;
    return h(Dialog, { title: t("opt_out.lift_title"), onClose, children });
}
