// @ts-check
// What an admin sees and does first: users and numbers.

import { ask } from "./api.js";
import { signal } from "./lib/ui.js";
import { on } from "./live.js";

/** @typedef {import("./types.js").UserView} UserView */
/** @typedef {import("./types.js").NumberView} NumberView */
/** @typedef {import("./types.js").NewUser} NewUser */
/** @typedef {import("./types.js").NewNumber} NewNumber */

/** @type {import("./lib/ui.js").Signal<UserView[] | null>} */
export const users = signal(null);
/** @type {import("./lib/ui.js").Signal<NumberView[] | null>} */
export const numbers = signal(null);
/** @type {import("./lib/ui.js").Signal<unknown>} */
export const adminFault = signal(null);

export async function readAdmin() {
    try {
        const [foundUsers, foundNumbers] = await Promise.all([everything("/users"), everything("/numbers")]);
        users.value = foundUsers;
        numbers.value = foundNumbers;
        adminFault.value = null;
    } catch (fault) {
        adminFault.value = fault;
    }
}

/** All pages of a list: an installation has hundreds of users, not hundreds of thousands. @param {string} path */
async function everything(path) {
    const items = [];
    for (let after = /** @type {string | null | undefined} */ (undefined); after !== null; ) {
        const page = await ask("GET", path, { query: { limit: 200, after } });
        items.push(...page.items);
        after = page.items.length ? page.next : null;
    }
    return items;
}

/** @param {NewUser} user @param {string} key */
export async function addUser(user, key) {
    await ask("POST", "/users", { body: user, key });
    await readAdmin();
}

/** @param {string} id @param {{disabled: boolean}} change */
export async function changeUser(id, change) {
    await ask("PATCH", `/users/${id}`, { body: change });
    await readAdmin();
}

/** @param {NewNumber} number @param {string} key */
export async function addNumber(number, key) {
    await ask("POST", "/numbers", { body: number, key });
    await readAdmin();
}

/** @param {string} id @param {{owner?: string | null, label?: string, carrier?: string}} change */
export async function changeNumber(id, change) {
    await ask("PATCH", `/numbers/${id}`, { body: change });
    await readAdmin();
}

export function followAdmin() {
    on("number.updated", () => void (numbers.peek() && readAdmin()));
}
