// @ts-check
import { newKey } from "../lib/ids.js";
import { brief, exact } from "../lib/time.js";
import { h, html, useEffect, useState } from "../lib/ui.js";
import { t } from "../lib/words.js";
import { confirmed } from "../parts/confirm.js";
import { Dialog } from "../parts/dialog.js";
import { Trouble } from "../parts/empty.js";
import { Field } from "../parts/field.js";
import { Icon } from "../parts/icon.js";
import { trying } from "../parts/toast.js";
import { addHold, liftHold, readHolds } from "../retention.js";
import { FormError, useForm } from "./sign-in.js";

/** @typedef {import("../types.js").HoldView} HoldView */

/** What is kept whatever the periods say: see, add, lift. */
export function Holds() {
    const [items, setItems] = useState(/** @type {HoldView[] | null} */ (null));
    const [next, setNext] = useState(/** @type {string | null} */ (null));
    const [fault, setFault] = useState(/** @type {unknown} */ (null));
    const [adding, setAdding] = useState(false);
    const read = () => readHolds().then((page) => (setItems(page.items), setNext(page.next), setFault(null)), setFault);
    useEffect(() => void read(), []);
    const more = () => void trying(() => readHolds(next ?? undefined).then((page) => (setItems([...(items ?? []), ...page.items]), setNext(page.next))));
    const lift = async (/** @type {HoldView} */ hold) => {
        if (await confirmed(t("hold.lift"), t("hold.lift_text"), t("hold.lift"))) await trying(() => liftHold(hold.id)).then(read);
    };
    return html`<section class="card">
            <header class="page-head">
                <div>
                    <h2>${t("hold.title")}</h2>
                    <p class="page-about">${t("hold.about")}</p>
                </div>
                <button type="button" class="button" onClick=${() => setAdding(true)}>${h(Icon, { name: "plus" })}${t("hold.add")}</button>
            </header>
            ${fault !== null && h(Trouble, { fault, again: read })} ${items?.map((hold) => h(Line, { key: hold.id, hold, lift }))}
            ${items && !items.length && html`<p class="hint">${t("hold.none")}</p>`} ${next && html`<button type="button" class="button" onClick=${more}>${t("contact.more")}</button>`}
        </section>
        ${adding && h(Add, { onClose: () => setAdding(false), done: () => (setAdding(false), void read()) })}`;
}

/** @param {{hold: HoldView, lift: (hold: HoldView) => void}} props */
function Line({ hold, lift }) {
    const what = hold.party?.display ?? t("hold.conversation", { id: hold.conversation_id ?? "" });
    return html`<div class="person" data-hold=${hold.id}>
        <div class="person-who">
            <p class="person-number">${what}</p>
            <p>${hold.reason}</p>
            <p class="hint">${hold.made_by?.name ?? t("hold.by_command")} · <time datetime=${hold.created_at} title=${exact(hold.created_at)}>${brief(hold.created_at)}</time></p>
        </div>
        <button type="button" class="link" aria-label=${t("hold.lift_what", { what })} onClick=${() => lift(hold)}>${t("hold.lift")}</button>
    </div>`;
}

/** @param {{onClose: () => void, done: () => void}} props */
function Add({ onClose, done }) {
    const [key] = useState(newKey);
    const { error, busy, submit } = useForm(async ({ party = "", reason = "" }) => {
        await addHold({ party: party.trim(), reason: reason.trim() }, key);
        done();
    });
    const party = html`<input name="party" required maxlength="64" autocomplete="off" autofocus />`;
    const reason = html`<input name="reason" required maxlength="200" autocomplete="off" />`;
    const children = html`<form onSubmit=${submit}>
        ${h(Field, { label: t("hold.party"), hint: t("hold.party_hint"), children: party })} ${h(Field, { label: t("hold.reason"), hint: t("hold.reason_hint"), children: reason })}
        ${h(FormError, { error })}
        <div class="buttons">
            <button type="button" class="button" onClick=${onClose}>${t("cancel")}</button>
            <button type="submit" class="button primary" aria-disabled=${busy}>${t("hold.add")}</button>
        </div>
    </form>`;
    return h(Dialog, { title: t("hold.add"), onClose, children });
}
