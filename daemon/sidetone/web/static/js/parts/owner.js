// @ts-check
import { suggestUsers } from "../admin.js";
import { html, signal } from "../lib/ui.js";
import { t } from "../lib/words.js";

/** @type {import("../lib/ui.js").Signal<import("../types.js").UserView[]>} */
const found = signal([]);
let turn = 0;

/** Look for users by what is typed so far; there may be thousands. @param {Event} event */
async function look(event) {
    const words = event.target instanceof HTMLInputElement ? event.target.value.trim() : "";
    const mine = (turn += 1);
    const users = await suggestUsers(words).catch(() => []);
    if (mine === turn) found.value = users;
}

/** Whose a number is: the name that they sign in with, suggested as one types; empty for nobody. @param {Record<string, unknown>} props */
export function OwnerInput(props) {
    return html`<input list="found-owners" autocomplete="off" autocapitalize="none" spellcheck=${false} maxlength="64" placeholder=${t("admin.nobody")} onFocus=${look} onInput=${look} ...${props} />`;
}

/** Stands once beside those inputs. */
export function OwnersFound() {
    return html`<datalist id="found-owners">${found.value.map((user) => html`<option key=${user.id} value=${user.name}>${user.display_name}</option>`)}</datalist>`;
}
