// @ts-check
import { addUser, changeUser, users } from "../admin.js";
import { newKey } from "../lib/ids.js";
import { h, html, useState } from "../lib/ui.js";
import { t } from "../lib/words.js";
import { Avatar } from "../parts/avatar.js";
import { Dialog } from "../parts/dialog.js";
import { Field } from "../parts/field.js";
import { tell, trying } from "../parts/toast.js";
import { me } from "../state.js";
import { FormError, useForm } from "./sign-in.js";

/** @typedef {import("../types.js").UserView} UserView */
/** @typedef {import("../types.js").Role} Role */

const ROLES = /** @type {const} */ (["user", "supervisor", "admin"]);

/** Everyone with a login. */
export function UserTable() {
    const all = users.value;
    if (!all) return html`<p class="busy" role="status">${t("reading")}</p>`;
    return html`<div class="table-box">
        <table>
            <thead>
                <tr>
                    <th scope="col">${t("admin.name")}</th>
                    <th scope="col">${t("admin.role")}</th>
                    <th scope="col">${t("admin.state")}</th>
                </tr>
            </thead>
            <tbody>
                ${all.map((user) => h(UserLine, { key: user.id, user }))}
            </tbody>
        </table>
    </div>`;
}

/** @param {{user: UserView}} props */
function UserLine({ user }) {
    const name = user.display_name || user.name;
    const isMe = user.id === me.value?.user.id;
    const turn = () => trying(() => changeUser(user.id, { disabled: !user.disabled }));
    return html`<tr data-user=${user.name}>
        <th scope="row">
            <span class="table-who">
                ${h(Avatar, { name, seed: user.name })}<span>${name}<span class="hint">${user.name}</span></span>
            </span>
        </th>
        <td>${t(`role.${user.role}`)}</td>
        <td>
            ${t(user.disabled ? "admin.disabled" : "admin.active")}
            ${!isMe &&
            html` <button type="button" class="link" aria-label=${t(user.disabled ? "admin.enable_who" : "admin.disable_who", { name })} onClick=${turn}>
                ${t(user.disabled ? "admin.enable" : "admin.disable")}
            </button>`}
        </td>
    </tr>`;
}

/** @param {{onClose: () => void}} props */
export function AddUser({ onClose }) {
    const [key] = useState(newKey);
    const { error, busy, submit } = useForm(async ({ name = "", display_name = "", password = "", role = "user" }) => {
        await addUser({ name: name.trim(), display_name: display_name.trim(), password, role: /** @type {Role} */ (role) }, key);
        tell(t("admin.user_added", { name }));
        onClose();
    });
    const name = html`<input name="name" required maxlength="64" autocomplete="off" autocapitalize="none" spellcheck=${false} autofocus />`;
    const shown = html`<input name="display_name" maxlength="128" autocomplete="off" />`;
    const password = html`<input name="password" type="password" required minlength="8" maxlength="256" autocomplete="new-password" />`;
    const role = html`<select name="role">${ROLES.map((each) => html`<option value=${each}>${t(`role.${each}`)}</option>`)}</select>`;
    const children = html`<form onSubmit=${submit}>
        ${h(Field, { label: t("sign_in.name"), hint: t("admin.name_hint"), children: name })} ${h(Field, { label: t("admin.shown_name"), children: shown })}
        ${h(Field, { label: t("sign_in.password"), hint: t("set_up.password_hint"), children: password })} ${h(Field, { label: t("admin.role"), children: role })}
        ${h(FormError, { error })}
        <div class="buttons">
            <button type="button" class="button" onClick=${onClose}>${t("cancel")}</button>
            <button type="submit" class="button primary" aria-disabled=${busy}>${t("admin.add_user")}</button>
        </div>
    </form>`;
    return h(Dialog, { title: t("admin.add_user"), onClose, children });
}
