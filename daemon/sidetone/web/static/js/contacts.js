// @ts-check
// Contacts, the user's own and those of directories: what the UI asks of them.

import { ask } from "./api.js";
import { noteContact, noteContactGone } from "./conversations.js";
import { signal } from "./lib/ui.js";
import { on } from "./live.js";

/** @typedef {import("./types.js").ContactView} ContactView */
/** @typedef {import("./types.js").NewContact} NewContact */
/** @typedef {import("./types.js").Lookup} Lookup */
/** @typedef {import("./types.js").Page<ContactView>} ContactPage */

export const NUMBER_TYPES = /** @type {const} */ (["mobile", "business", "home", "fax", "other"]);

/** Goes up when any contact has changed, so that lists read themselves anew. */
export const contactsVersion = signal(0);
const bump = () => (contactsVersion.value += 1);

/** @param {{q?: string, before?: string, after?: string, limit?: number, signal?: AbortSignal}} filter @returns {Promise<ContactPage>} */
export function readContacts({ signal: abort, ...query }) {
    return ask("GET", "/contacts", { query, signal: abort });
}

/** What a number typed anyhow becomes, and whose it is. @param {string} number @param {string | undefined} from @param {AbortSignal} [abort] */
export function lookUp(number, from, abort) {
    return /** @type {Promise<Lookup>} */ (ask("GET", "/contacts/lookup", { query: { number, from }, signal: abort }));
}

/** @param {NewContact} contact @param {string} [id] of the one to change */
export async function saveContact(contact, id) {
    const saved = /** @type {ContactView} */ (
        await (id ? ask("PATCH", `/contacts/${id}`, { body: contact }) : ask("POST", "/contacts", { body: contact }))
    );
    noteContact(saved);
    bump();
    return saved;
}

/** @param {string} id */
export async function deleteContact(id) {
    await ask("DELETE", `/contacts/${id}`);
    noteContactGone(id);
    bump();
}

export function followContacts() {
    on("contact.updated", bump);
    on("resync", bump);
}
