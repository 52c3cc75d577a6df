// @ts-check
import { explainFault } from "../api.js";
import { h, html, useState } from "../lib/ui.js";
import { t } from "../lib/words.js";
import { changePassword } from "../password.js";
import { Dialog } from "./dialog.js";
import { Field } from "./field.js";
import { entered } from "./save-contact.js";
import { tell } from "./toast.js";

/** A new password for oneself; every other window and device is signed out. @param {{onClose: () => void}} props */
export function ChangePassword({ onClose }) {
    const [old, setOld] = useState("");
    const [fresh, setFresh] = useState("");
    const [wrong, setWrong] = useState("");
    const [busy, setBusy] = useState(false);
    const submit = async (/** @type {Event} */ event) => {
        event.preventDefault();
        if (busy) return;
        setBusy(true);
        try {
            await changePassword(old, fresh);
            tell(t("password.changed"));
            onClose();
        } catch (fault) {
            setWrong(explainFault(fault));
        }
        setBusy(false);
    };
    const children = html`<form onSubmit=${submit}>
        ${h(Field, { label: t("password.old"), children: html`<input type="password" autocomplete="current-password" required value=${old} onInput=${entered(setOld)} />` })}
        ${h(Field, { label: t("password.new"), hint: t("set_up.password_hint"), error: wrong, children: html`<input type="password" autocomplete="new-password" required value=${fresh} onInput=${entered(setFresh)} />` })}
        <p class="hint">${t("password.others")}</p>
        <div class="buttons">
            <button type="button" class="button" onClick=${onClose}>${t("cancel")}</button>
            <button type="submit" class="button primary" aria-disabled=${busy}>${t("password.change")}</button>
        </div>
    </form>`;
    return h(Dialog, { title: t("password.change"), onClose, kind: "small", children });
}
