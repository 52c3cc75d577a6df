// @ts-check
import { addNumber, changeNumber, changes, sorted } from "../admin.js";
import { carriers, readCarriers } from "../carriers.js";
import { newKey } from "../lib/ids.js";
import { h, html, useEffect, useState } from "../lib/ui.js";
import { t } from "../lib/words.js";
import { Dialog } from "../parts/dialog.js";
import { Field } from "../parts/field.js";
import { Choice, Search } from "../parts/filters.js";
import { Icon } from "../parts/icon.js";
import { OwnerInput, OwnersFound } from "../parts/owner.js";
import { PageHead } from "../parts/page-head.js";
import { entered } from "../parts/save-contact.js";
import { Table } from "../parts/table.js";
import { tell, trying } from "../parts/toast.js";
import { phoneCarriers, readPhoneCarriers } from "../phones.js";
import { place } from "../router.js";
import { may, refreshMe } from "../state.js";
import { usePages } from "../table.js";
import { FormError, useForm } from "./sign-in.js";

/** @typedef {import("../types.js").NumberView} NumberView */

/** Every number of the company, whose it is and how it goes out. */
export function NumbersView() {
    const [filter, setFilter] = useState({ q: "", carrier: "", state: place.value.query.get("state") ?? "" });
    const [adding, setAdding] = useState(false);
    const pages = usePages(sorted("/numbers", filter), [filter, changes.value], "number");
    useEffect(() => void (carriers.peek() ?? readCarriers()), []);
    const set = (/** @type {keyof typeof filter} */ name) => (/** @type {string} */ value) => setFilter((before) => ({ ...before, [name]: value }));
    const names = (carriers.value ?? []).map((each) => each.name);
    const filters = html`${h(Search, { label: t("admin.search_numbers"), value: filter.q, set: set("q") })}
    ${h(Choice, { label: t("admin.only_carrier"), value: filter.carrier, all: t("admin.every_carrier"), of: names.map((name) => [name, name]), set: set("carrier") })}
    ${h(Choice, { label: t("admin.only_owned"), value: filter.state, all: t("admin.owned_or_not"), of: [["owned", t("admin.owned")], ["free", t("admin.free")]], set: set("state") })}`;
    const empty = { icon: "hash", title: t("admin.no_numbers"), text: t("admin.no_numbers_text") };
    const keyOf = (/** @type {NumberView} */ number) => number.id;
    const marks = (/** @type {NumberView} */ number) => ({ "data-number": number.number });
    const add = html`<button type="button" class="button primary" onClick=${() => setAdding(true)}>${h(Icon, { name: "plus" })}${t("admin.add_number")}</button>`;
    return html`<div class="page-inner">
            ${h(PageHead, { title: t("admin.numbers"), about: t("admin.numbers_about"), children: add })}
            <section class="card">${h(Table, { name: "numbers", label: t("admin.numbers"), columns: columns(), pages, keyOf, marks, empty, children: filters })}</section>
        </div>
        ${h(OwnersFound, {})} ${adding && h(AddNumber, { onClose: () => setAdding(false) })}`;
}

/** @returns {import("../table.js").Column[]} */
function columns() {
    return [
        { id: "number", title: t("admin.number"), head: true, sorts: true, cell: (number) => number.display, text: (number) => number.number },
        { id: "label", title: t("admin.label"), sorts: true, cell: (number) => number.label || "–", text: (number) => number.label },
        { id: "owner", title: t("admin.owner"), sorts: true, cell: (number) => h(Owner, { number }), text: (number) => number.owner?.name ?? "" },
        { id: "carrier", title: t("message.carrier"), sorts: true, cell: (number) => h(CarrierChoice, { number }), text: (number) => number.carrier },
    ];
}

/** @param {{number: NumberView}} props */
function Owner({ number }) {
    const give = (/** @type {string} */ to) =>
        void trying(async () => {
            await changeNumber(number.id, { owner: to.trim() ? `user:${to.trim()}` : null });
            await refreshMe();
        }).then((done) => !done && (changes.value += 1));
    return html`${h(OwnerInput, { "aria-label": t("admin.owner_of", { number: number.display }), value: number.owner?.name ?? "", onChange: entered(give) })}
    ${number.waiting > 0 && html`<p class="note warn">${t("admin.waiting", { n: number.waiting })}</p>`}`;
}

/** The carrier it leaves by; what waits goes along to another one. @param {{number: NumberView}} props */
function CarrierChoice({ number }) {
    const names = [...new Set([number.carrier, ...(carriers.value ?? []).map((each) => each.name)])].sort();
    if (names.length < 2) return number.carrier;
    const move = (/** @type {string} */ to) => void trying(() => changeNumber(number.id, { carrier: to }));
    return html`<select aria-label=${t("admin.carrier_of", { number: number.display })} value=${number.carrier} onChange=${entered(move)}>
        ${names.map((name) => html`<option value=${name} selected=${name === number.carrier}>${name}</option>`)}
    </select>`;
}

/** @param {{onClose: () => void}} props */
function AddNumber({ onClose }) {
    const [key] = useState(newKey);
    const { error, busy, submit } = useForm(async ({ number = "", label = "", carrier = "", owner }) => {
        await addNumber({ number, label: label.trim(), carrier: carrier.trim(), owner: owner?.trim() ? `user:${owner.trim()}` : null }, key);
        await refreshMe();
        tell(t("admin.number_added"));
        onClose();
    });
    useEffect(() => void (may("handset") && !phoneCarriers.peek() && readPhoneCarriers()), []);
    const known = [...new Set([...(carriers.value ?? []).map((each) => each.name), ...(phoneCarriers.value ?? [])])];
    const number = html`<input name="number" type="tel" required maxlength="64" autocomplete="off" autofocus placeholder="+49 69 1234567" />`;
    const label = html`<input name="label" maxlength="64" autocomplete="off" />`;
    const carrier = html`<input name="carrier" required maxlength="64" autocomplete="off" list="known-carriers" value=${known[0] ?? ""} />`;
    const owner = h(OwnerInput, { name: "owner" });
    const children = html`<form onSubmit=${submit}>
        ${h(Field, { label: t("admin.number"), hint: t("admin.number_hint"), children: number })}
        ${h(Field, { label: t("admin.label"), hint: t("admin.label_hint"), children: label })}
        ${h(Field, { label: t("message.carrier"), hint: t("admin.carrier_hint"), children: carrier })}
        <datalist id="known-carriers">${known.map((name) => html`<option value=${name}></option>`)}</datalist>
        ${h(Field, { label: t("admin.owner"), children: owner })} ${h(FormError, { error })}
        <div class="buttons">
            <button type="button" class="button" onClick=${onClose}>${t("cancel")}</button>
            <button type="submit" class="button primary" aria-disabled=${busy}>${t("admin.add_number")}</button>
        </div>
    </form>`;
    return h(Dialog, { title: t("admin.add_number"), onClose, children });
}
