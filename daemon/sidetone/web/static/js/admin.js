// @ts-check
// What an admin asks of the daemon: pages of tables, and changes to users, numbers, jobs and sessions.

import { ask } from "./api.js";
import { batch, signal } from "./lib/ui.js";
import { on } from "./live.js";

/** @typedef {import("./types.js").UserView} UserView */
/** @typedef {import("./types.js").NewUser} NewUser */
/** @typedef {import("./types.js").NewNumber} NewNumber */
/** @typedef {import("./types.js").LoggedDetail} LoggedDetail */
/** @typedef {import("./table.js").Asked} Asked */

/** Raised by whatever changes numbers or users, so that tables of them are read anew. */
export const changes = signal(0);
/** @type {import("./lib/ui.js").Signal<import("./types.js").Overview | null>} */
export const overview = signal(null);
/** @type {import("./lib/ui.js").Signal<unknown>} */
export const overviewFault = signal(null);

/** @type {import("./lib/ui.js").Signal<import("./types.js").NumberView[]>} */
export const numbers = signal([]);

const SUGGESTED = 8;

/** A page of a table that the daemon sorts. @param {string} path @param {Record<string, string>} filter @returns {(asked: Asked) => Promise<any>} */
export function sorted(path, filter) {
    return ({ sort, after, limit, signal: abort }) => ask("GET", path, { query: { ...given(filter), sort: sort || undefined, after, limit }, signal: abort });
}

/** A page of a list that goes back in time. @param {string} path @param {Record<string, string>} filter @returns {(asked: Asked) => Promise<any>} */
export function backwards(path, filter) {
    return ({ after, limit, signal: abort }) => ask("GET", path, { query: { ...given(filter), before: after, limit }, signal: abort });
}

/** @param {Record<string, string>} filter @returns {Record<string, string | undefined>} */
function given(filter) {
    return Object.fromEntries(Object.entries(filter).map(([name, value]) => [name, value.trim() || undefined]));
}

export async function readOverview() {
    try {
        const found = await ask("GET", "/admin/overview");
        batch(() => ((overview.value = found), (overviewFault.value = null)));
    } catch (fault) {
        overviewFault.value = fault;
    }
}

/** The first numbers: enough for virtual phones to choose from. */
export async function readNumbers() {
    numbers.value = (await ask("GET", "/numbers", { query: { limit: 200 } })).items;
}

/** Users whose name holds the words. @param {string} q @returns {Promise<UserView[]>} */
export async function suggestUsers(q) {
    return (await ask("GET", "/users", { query: { q, state: "active", sort: "name", limit: SUGGESTED } })).items;
}

/** @param {NewUser} user @param {string} key */
export async function addUser(user, key) {
    await ask("POST", "/users", { body: user, key });
    changes.value += 1;
}

/** @param {string} id @param {Record<string, unknown>} change */
export async function changeUser(id, change) {
    await ask("PATCH", `/users/${id}`, { body: change });
    changes.value += 1;
}

/** @param {NewNumber} number @param {string} key */
export async function addNumber(number, key) {
    await ask("POST", "/numbers", { body: number, key });
    changes.value += 1;
}

/** @param {string} id @param {{owner?: string | null, label?: string, carrier?: string}} change */
export async function changeNumber(id, change) {
    await ask("PATCH", `/numbers/${id}`, { body: change });
    changes.value += 1;
}

/** A message by our id. @param {string} id @returns {Promise<LoggedDetail>} */
export function readLogged(id) {
    return ask("GET", `/admin/messages/${encodeURIComponent(id)}`);
}

/** A message by an id of any kind. @param {string} key @returns {Promise<LoggedDetail>} */
export function lookUp(key) {
    return ask("GET", "/admin/messages/lookup", { query: { key } });
}

/** What a message says; the audit notes who looked. @param {string} id @returns {Promise<string>} */
export async function showBody(id) {
    return (await ask("POST", `/admin/messages/${id}/body`)).body;
}

export function followAdmin() {
    on("number.updated", () => void (changes.value += 1));
}
