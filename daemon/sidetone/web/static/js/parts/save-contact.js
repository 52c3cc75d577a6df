// @ts-check
import { explainFault } from "../api.js";
import { NUMBER_TYPES, saveContact } from "../contacts.js";
import { h, html, useState } from "../lib/ui.js";
import { known, t } from "../lib/words.js";
import { Dialog } from "./dialog.js";
import { Field } from "./field.js";
import { Icon } from "./icon.js";
import { tell } from "./toast.js";

/** @typedef {import("../types.js").ContactView} ContactView */
/** @typedef {{number: string, type: string}} Row */

/**
 * A personal contact, new or to change.
 *
 * @param {{contact: ContactView | null, name?: string, number?: string, onClose: () => void}} props `name` and `number` are prefilled for a new one
 */
export function SaveContact({ contact, name: known = "", number = "", onClose }) {
    const [name, setName] = useState(contact?.name ?? known);
    const [rows, setRows] = useState(/** @type {Row[]} */ (contact?.numbers ?? [{ number, type: "mobile" }]));
    const [error, setError] = useState("");
    const [busy, setBusy] = useState(false);
    const save = async (/** @type {Event} */ event) => {
        event.preventDefault();
        if (busy) return;
        setBusy(true);
        try {
            const given = rows.filter((row) => row.number.trim()).map((row) => ({ number: row.number, type: row.type }));
            const numbers = /** @type {import("../types.js").NewContactNumber[]} */ (given);
            const saved = await saveContact({ name: name.trim(), numbers }, contact?.id);
            tell(t("contact.saved", { name: saved.name }));
            onClose();
        } catch (fault) {
            setError(explainFault(fault));
            setBusy(false);
        }
    };
    const nameInput = html`<input required maxlength="128" autocomplete="off" autofocus value=${name} onInput=${entered(setName)} />`;
    const children = html`<form onSubmit=${save}>
        ${h(Field, { label: t("contact.name"), children: nameInput })} ${h(Rows, { rows, setRows })}
        ${error && html`<p class="error" role="alert">${error}</p>`}
        <div class="buttons">
            <button type="button" class="button" onClick=${onClose}>${t("cancel")}</button>
            <button type="submit" class="button primary" aria-disabled=${busy}>${t("save")}</button>
        </div>
    </form>`;
    return h(Dialog, { title: t(contact ? "contact.change" : "contact.new"), onClose, children });
}

/** @param {(text: string) => void} take @returns {(event: Event) => void} */
export function entered(take) {
    return (event) => {
        const at = event.target;
        if (at instanceof HTMLInputElement || at instanceof HTMLSelectElement || at instanceof HTMLTextAreaElement) take(at.value);
    };
}

/** @param {{rows: Row[], setRows: (rows: Row[]) => void}} props */
function Rows({ rows, setRows }) {
    const change = (/** @type {number} */ at, /** @type {Partial<Row>} */ part) => {
        setRows(rows.map((row, place) => (place === at ? { ...row, ...part } : row)));
    };
    return html`<fieldset class="number-rows">
        <legend>${t("contact.numbers")}</legend>
        ${rows.map((row, at) => h(NumberRow, { key: at, row, change: (part) => change(at, part), remove: rows.length > 1 ? () => setRows(rows.toSpliced(at, 1)) : null }))}
        <button type="button" class="link" onClick=${() => setRows([...rows, { number: "", type: "mobile" }])}>
            ${h(Icon, { name: "plus" })}${t("contact.add_number")}
        </button>
    </fieldset>`;
}

/** @param {{row: Row, change: (part: Partial<Row>) => void, remove: (() => void) | null}} props */
function NumberRow({ row, change, remove }) {
    return html`<div class="number-row">
        <input
            type="tel"
            maxlength="64"
            autocomplete="off"
            aria-label=${t("contact.number")}
            value=${row.number}
            onInput=${entered((number) => change({ number }))}
        />
        <select aria-label=${t("contact.type")} value=${row.type} onChange=${entered((type) => change({ type }))}>
            ${NUMBER_TYPES.map((type) => html`<option value=${type} selected=${type === row.type}>${known(`type.${type}`)}</option>`)}
        </select>
        ${remove &&
        html`<button type="button" class="round" aria-label=${t("contact.remove_number")} title=${t("contact.remove_number")} onClick=${remove}>
            ${h(Icon, { name: "close" })}
        </button>`}
    </div>`;
}
