// @ts-check
import { addNumber, changeNumber, numbers, users } from "../admin.js";
import { carriers, readCarriers } from "../carriers.js";
import { newKey } from "../lib/ids.js";
import { h, html, useEffect, useState } from "../lib/ui.js";
import { t } from "../lib/words.js";
import { Dialog } from "../parts/dialog.js";
import { Empty } from "../parts/empty.js";
import { Field } from "../parts/field.js";
import { entered } from "../parts/save-contact.js";
import { tell, trying } from "../parts/toast.js";
import { phoneCarriers, readPhoneCarriers } from "../phones.js";
import { may, refreshMe } from "../state.js";
import { FormError, useForm } from "./sign-in.js";

/** @typedef {import("../types.js").NumberView} NumberView */

/** Every number of the company, whose it is and how it goes out. */
export function NumberTable() {
    const all = numbers.value;
    useEffect(() => void (carriers.peek() ?? readCarriers()), []);
    if (!all) return html`<p class="busy" role="status">${t("reading")}</p>`;
    if (!all.length) return h(Empty, { icon: "hash", title: t("admin.no_numbers"), text: t("admin.no_numbers_text") });
    return html`<div class="table-box">
        <table>
            <thead>
                <tr>
                    <th scope="col">${t("admin.number")}</th>
                    <th scope="col">${t("admin.label")}</th>
                    <th scope="col">${t("admin.owner")}</th>
                    <th scope="col">${t("message.carrier")}</th>
                </tr>
            </thead>
            <tbody>
                ${all.map((number) => h(NumberLine, { key: number.id, number }))}
            </tbody>
        </table>
    </div>`;
}

/** @param {{number: NumberView}} props */
function NumberLine({ number }) {
    return html`<tr data-number=${number.number}>
        <th scope="row">${number.display}</th>
        <td>${number.label || "–"}</td>
        <td>
            ${h(OwnerChoice, { number })}
            ${number.waiting > 0 && html`<p class="note warn">${t("admin.waiting", { n: number.waiting })}</p>`}
        </td>
        <td>${h(CarrierChoice, { number })}</td>
    </tr>`;
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

/** @param {{number: NumberView}} props */
function OwnerChoice({ number }) {
    const owner = number.owner ? `${number.owner.kind}:${number.owner.name}` : "";
    const give = (/** @type {string} */ to) =>
        void trying(async () => {
            await changeNumber(number.id, { owner: to || null });
            await refreshMe();
        });
    return html`<select aria-label=${t("admin.owner_of", { number: number.display })} value=${owner} onChange=${entered(give)}>
        ${h(OwnerOptions, { owner })}
    </select>`;
}

/** @param {{owner: string}} props */
function OwnerOptions({ owner }) {
    const people = (users.value ?? []).filter((each) => !each.disabled || `user:${each.name}` === owner);
    return html`<option value="" selected=${!owner}>${t("admin.nobody")}</option>
        ${people.map((user) => html`<option value=${`user:${user.name}`} selected=${`user:${user.name}` === owner}>${user.display_name || user.name}</option>`)}`;
}

/** @param {{onClose: () => void}} props */
export function AddNumber({ onClose }) {
    const [key] = useState(newKey);
    const { error, busy, submit } = useForm(async ({ number = "", label = "", carrier = "", owner }) => {
        await addNumber({ number, label: label.trim(), carrier: carrier.trim(), owner: owner || null }, key);
        await refreshMe();
        tell(t("admin.number_added"));
        onClose();
    });
    useEffect(() => void (may("handset") && !phoneCarriers.peek() && readPhoneCarriers()), []);
    const known = [...new Set([...(numbers.value ?? []).map((each) => each.carrier), ...(phoneCarriers.value ?? [])])];
    const number = html`<input name="number" type="tel" required maxlength="64" autocomplete="off" autofocus placeholder="+49 69 1234567" />`;
    const label = html`<input name="label" maxlength="64" autocomplete="off" />`;
    const carrier = html`<input name="carrier" required maxlength="64" autocomplete="off" list="known-carriers" value=${known[0] ?? ""} />`;
    const owner = html`<select name="owner">${h(OwnerOptions, { owner: "" })}</select>`;
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
