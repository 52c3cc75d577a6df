// @ts-check
// The virtual phones of the demo carriers: not journaled, so they are followed by waiting requests.

import { ask } from "./api.js";
import { signal } from "./lib/ui.js";

/** @typedef {import("./types.js").PhoneView} PhoneView */
/** @typedef {import("./types.js").PhonesView} PhonesView */
/** @typedef {import("./types.js").Behaviour} Behaviour */

const WAIT = 25;

/** @type {import("./lib/ui.js").Signal<PhoneView[] | null>} */
export const phones = signal(null);
/** @type {import("./lib/ui.js").Signal<string[] | null>} */
export const phoneCarriers = signal(null);
/** @type {import("./lib/ui.js").Signal<unknown>} */
export const phonesFault = signal(null);

export async function readPhoneCarriers() {
    try {
        const answer = await ask("GET", "/handset/carriers");
        phoneCarriers.value = answer.items.map((/** @type {{name: string}} */ each) => each.name);
        phonesFault.value = null;
    } catch (fault) {
        phonesFault.value = fault;
    }
}

/** Keep `phones` as they are now until `signal` is aborted. @param {string} carrier @param {AbortSignal} signal */
export async function followPhones(carrier, signal) {
    phones.value = null;
    for (let since = "", failures = 0; !signal.aborted; ) {
        try {
            const found = /** @type {PhonesView} */ (await ask("GET", path(carrier), { query: waiting(since), signal }));
            if (signal.aborted) return;
            phones.value = found.items;
            phonesFault.value = null;
            since = String(found.version);
            failures = 0;
        } catch (fault) {
            if (signal.aborted) return;
            phonesFault.value = fault;
            await pause(Math.min(10_000, 500 * 2 ** failures));
            failures += 1;
            since = "";
        }
    }
}

/** @param {string} since */
const waiting = (since) => (since ? { since, wait: WAIT } : {});

/** @param {number} ms */
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** @param {string} carrier @param {string} [number] */
function path(carrier, number) {
    const all = `/handset/${encodeURIComponent(carrier)}/phones`;
    return number ? `${all}/${encodeURIComponent(number)}` : all;
}

/** @param {string} carrier @param {string} number @param {Partial<Behaviour>} change */
export async function behave(carrier, number, change) {
    replace(await ask("PATCH", path(carrier, number), { body: change }));
}

/** Text from a virtual phone. @param {string} carrier @param {string} number @param {string} to a number of ours @param {string} body @param {string} key */
export async function textFrom(carrier, number, to, body, key) {
    await ask("POST", `${path(carrier, number)}/messages`, { body: { to, body }, key });
}

/** @param {PhoneView} phone */
function replace(phone) {
    phones.value = (phones.value ?? []).map((each) => (each.number === phone.number ? phone : each));
}
