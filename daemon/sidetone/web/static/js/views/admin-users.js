// @ts-check
import { addUser, changeUser, changes, sorted } from "../admin.js";
import { newKey } from "../lib/ids.js";
import { brief } from "../lib/time.js";
import { h, html, useState } from "../lib/ui.js";
import { t } from "../lib/words.js";
import { Avatar } from "../parts/avatar.js";
import { Dialog } from "../parts/dialog.js";
import { Field } from "../parts/field.js";
import { Choice, Search } from "../parts/filters.js";
import { Icon } from "../parts/icon.js";
import { PageHead } from "../parts/page-head.js";
import { Table } from "../parts/table.js";
import { tell, trying } from "../parts/toast.js";
import { me } from "../state.js";
import { usePages } from "../table.js";
import { FormError, useForm } from "./sign-in.js";

/** @typedef {import("../types.js").UserView} UserView */
/** @typedef {import("../types.js").Role} Role */

const ROLES = /** @type {const} */ (["user", "supervisor", "admin"]);
const RIGHTS = /** @type {const} */ (["handset", "bodies"]);

/** Everyone with a login. */
export function UsersView() {
    const [filter, setFilter] = useState({ q: "", role: "", state: "" });
    const [adding, setAdding] = useState(false);
    const [changing, setChanging] = useState(/** @type {UserView | null} */ (null));
    const pages = usePages(sorted("/users", filter), [filter, changes.value], "name");
    const set = (/** @type {keyof typeof filter} */ name) => (/** @type {string} */ value) => setFilter((before) => ({ ...before, [name]: value }));
    const filters = html`${h(Search, { label: t("admin.search_users"), value: filter.q, set: set("q") })}
    ${h(Choice, { label: t("admin.role"), value: filter.role, all: t("admin.every_role"), of: ROLES.map((role) => [role, t(`role.${role}`)]), set: set("role") })}
    ${h(Choice, { label: t("admin.state"), value: filter.state, all: t("admin.every_state"), of: [["active", t("admin.active")], ["disabled", t("admin.disabled")]], set: set("state") })}`;
    const empty = { icon: "people", title: t("table.none"), text: t("audit.none_text") };
    const keyOf = (/** @type {UserView} */ user) => user.id;
    const marks = (/** @type {UserView} */ user) => ({ "data-user": user.name });
    const add = html`<button type="button" class="button primary" onClick=${() => setAdding(true)}>${h(Icon, { name: "plus" })}${t("admin.add_user")}</button>`;
    return html`<div class="page-inner">
            ${h(PageHead, { title: t("admin.users"), about: t("admin.users_about"), children: add })}
            <section class="card">${h(Table, { name: "users", label: t("admin.users"), columns: columnsOf(setChanging), pages, keyOf, marks, empty, children: filters })}</section>
        </div>
        ${adding && h(AddUser, { onClose: () => setAdding(false) })} ${changing && h(ChangeUser, { user: changing, onClose: () => setChanging(null) })}`;
}

/** @param {(user: UserView) => void} change @returns {import("../table.js").Column[]} */
function columnsOf(change) {
    const stateOf = (/** @type {UserView} */ user) => t(user.disabled ? "admin.disabled" : "admin.active");
    return [
        { id: "name", title: t("admin.shown_name"), head: true, sorts: true, cell: (user) => h(Who, { user }), text: (user) => user.display_name },
        { id: "login", title: t("sign_in.name"), sorts: true, cell: (user) => user.name, text: (user) => user.name },
        { id: "role", title: t("admin.role"), sorts: true, cell: (user) => roleWords(user), text: (user) => roleWords(user) },
        { id: "", title: t("admin.since"), cell: (user) => brief(user.created_at), text: (user) => user.created_at },
        { id: "state", title: t("admin.state"), sorts: true, cell: (user) => h(State, { user, change }), text: stateOf },
    ];
}

/** @param {UserView} user */
function roleWords({ role, rights }) {
    return [t(`role.${role}`), ...rights.map((right) => t(`right.${/** @type {typeof RIGHTS[number]} */ (right)}`))].join(", ");
}

/** @param {{user: UserView}} props */
function Who({ user }) {
    const name = user.display_name || user.name;
    return html`<span class="table-who">${h(Avatar, { name, seed: user.name })}<span>${name}</span></span>`;
}

/** @param {{user: UserView, change: (user: UserView) => void}} props */
function State({ user, change }) {
    const name = user.display_name || user.name;
    const isMe = user.id === me.value?.user.id;
    const turn = () => trying(() => changeUser(user.id, { disabled: !user.disabled }));
    return html`<span class="table-acts">
        <span>${t(user.disabled ? "admin.disabled" : "admin.active")}</span>
        <button type="button" class="link" aria-label=${t("admin.change_who", { name })} onClick=${() => change(user)}>${t("admin.change")}</button>
        ${!isMe && html`<button type="button" class="link" aria-label=${t(user.disabled ? "admin.enable_who" : "admin.disable_who", { name })} onClick=${turn}>${t(user.disabled ? "admin.enable" : "admin.disable")}</button>`}
    </span>`;
}

/** @param {{user: UserView, onClose: () => void}} props */
function ChangeUser({ user, onClose }) {
    const { error, busy, submit } = useForm(async ({ display_name = "", password = "", role = "user", ...ticked }) => {
        const rights = RIGHTS.filter((right) => ticked[right] === "on");
        await changeUser(user.id, { display_name: display_name.trim(), role, rights, ...(password ? { password } : {}) });
        tell(t("admin.user_changed", { name: user.name }));
        onClose();
    });
    const shown = html`<input name="display_name" maxlength="128" autocomplete="off" value=${user.display_name} autofocus />`;
    const role = html`<select name="role">${ROLES.map((each) => html`<option value=${each} selected=${each === user.role}>${t(`role.${each}`)}</option>`)}</select>`;
    const password = html`<input name="password" type="password" minlength="8" maxlength="256" autocomplete="new-password" />`;
    const children = html`<form onSubmit=${submit}>
        ${h(Field, { label: t("admin.shown_name"), children: shown })} ${h(Field, { label: t("admin.role"), children: role })}
        <fieldset class="ticks">
            <legend>${t("admin.rights")}</legend>
            ${RIGHTS.map((right) => html`<label class="tick"><input type="checkbox" name=${right} checked=${user.rights.includes(right)} />${t(`right.${right}`)}</label>`)}
        </fieldset>
        ${h(Field, { label: t("admin.new_password"), hint: t("admin.new_password_hint"), children: password })} ${h(FormError, { error })}
        <div class="buttons">
            <button type="button" class="button" onClick=${onClose}>${t("cancel")}</button>
            <button type="submit" class="button primary" aria-disabled=${busy}>${t("save")}</button>
        </div>
    </form>`;
    return h(Dialog, { title: t("admin.change_who", { name: user.display_name || user.name }), onClose, children });
}

/** @param {{onClose: () => void}} props */
function AddUser({ onClose }) {
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
