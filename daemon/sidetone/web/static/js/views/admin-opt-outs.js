// @ts-check
import { EXPORT, addOptOut, liftOptOut, readOptOuts } from "../consent.js";
import { newKey } from "../lib/ids.js";
import { brief, exact } from "../lib/time.js";
import { h, html, useState } from "../lib/ui.js";
import { t } from "../lib/words.js";
import { Dialog } from "../parts/dialog.js";
import { Field } from "../parts/field.js";
import { Search } from "../parts/filters.js";
import { Icon } from "../parts/icon.js";
import { Table } from "../parts/table.js";
import { tell } from "../parts/toast.js";
import { usePages } from "../table.js";
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
    const filter = { state, party: party.trim() || undefined };
    const pages = usePages(({ after, limit, signal }) => readOptOuts({ ...filter, before: after, limit, signal }), filter);
    const done = () => (setAdding(false), setLifting(null), void pages.again());
    const empty = { icon: "pause", title: t("opt_out.none"), text: t("opt_out.none_text") };
    const keyOf = (/** @type {OptOutView} */ optOut) => optOut.id;
    const marks = (/** @type {OptOutView} */ optOut) => ({ "data-party": optOut.party.value });
    const filters = html`${h(Search, { label: t("opt_out.search"), value: party, set: setParty })}
        <div class="chips" role="group" aria-label=${t("opt_out.show")}>
            ${STATES.map((each) => html`<button type="button" class="chip" aria-pressed=${state === each} onClick=${() => setState(each)}>${t(`opt_out.${each}`)}</button>`)}
        </div>`;
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
            <section class="card">${h(Table, { name: "opt-outs", label: t("opt_out.title"), columns: columnsOf(setLifting), pages, keyOf, marks, empty, exports: false, children: filters })}</section>
        </div>
        ${adding && h(Add, { onClose: () => setAdding(false), done })} ${importing && h(Import, { onClose: () => setImporting(false), done: () => void pages.again() })} ${lifting && h(Lift, { optOut: lifting, onClose: () => setLifting(null), done })}`;
}

/** @param {(optOut: OptOutView) => void} lift @returns {import("../table.js").Column[]} */
function columnsOf(lift) {
    return [
        { id: "party", title: t("opt_out.party"), head: true, cell: (optOut) => optOut.party.display },
        { id: "number", title: t("opt_out.scope"), cell: (optOut) => (optOut.number ? optOut.number.display : t("opt_out.company")) },
        { id: "why", title: t("opt_out.why"), cell: (optOut) => h(Why, { optOut }) },
        { id: "since", title: t("opt_out.since"), cell: (optOut) => html`<time datetime=${optOut.created_at} title=${exact(optOut.created_at)}>${brief(optOut.created_at)}</time>` },
        { id: "state", title: t("admin.state"), cell: (optOut) => h(State, { optOut, lift }) },
    ];
}

/** @param {{optOut: OptOutView}} props */
function Why({ optOut }) {
    const { source, wording, carrier, made_by: by } = optOut;
    return html`<span>${t(`opt_out.by_${source}`, { who: by?.name ?? "", carrier })}</span>${wording && html`<p class="hint">“${wording}”</p>`}`;
}

/** @param {{optOut: OptOutView, lift: (optOut: OptOutView) => void}} props */
function State({ optOut, lift }) {
    if (!optOut.lifted_at) return html`<button type="button" class="link" aria-label=${t("opt_out.lift_who", { party: optOut.party.display })} onClick=${() => lift(optOut)}>${t("opt_out.lift")}</button>`;
    return html`<span>${t("opt_out.lifted_on", { time: brief(optOut.lifted_at) })}</span>
        <p class="hint">${[optOut.lifted_by?.name ?? t("opt_out.themselves"), optOut.lift_wording].filter(Boolean).join(": ")}</p>`;
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
