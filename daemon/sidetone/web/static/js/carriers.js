// @ts-check
// Carriers as admins see them, and what tries one: a text out, a call-back in.

import { ask } from "./api.js";
import { signal } from "./lib/ui.js";
import { on } from "./live.js";

/** @typedef {import("./types.js").CarrierView} CarrierView */
/** @typedef {import("./types.js").HitView} HitView */
/** @typedef {import("./types.js").HitsView} HitsView */
/** @typedef {import("./types.js").MessageView} MessageView */

/** Seconds that one request waits for a call-back. */
const WAIT = 25;
/** How often the state and the queues are read anew; in ms. */
export const EVERY = 5000;
/** How long somebody listens for a call-back; in ms. */
export const PATIENCE = 300_000;

/** @type {import("./lib/ui.js").Signal<CarrierView[] | null>} */
export const carriers = signal(null);
/** @type {import("./lib/ui.js").Signal<unknown>} */
export const carriersFault = signal(null);
/** The text that tries a carrier, as it stands. @type {import("./lib/ui.js").Signal<MessageView | null>} */
export const probe = signal(null);

export async function readCarriers() {
    try {
        carriers.value = (await ask("GET", "/carriers")).items;
        carriersFault.value = null;
    } catch (fault) {
        carriersFault.value = fault;
    }
}

/** @param {string} name */
const path = (name) => `/carriers/${encodeURIComponent(name)}`;

/** The exact addresses, secrets and all. @param {string} name @returns {Promise<import("./types.js").HookUrl[]>} */
export async function showHooks(name) {
    return (await ask("POST", `${path(name)}/hooks`)).items;
}

/** The last call-backs of a carrier. @param {string} name @returns {Promise<HitsView>} */
export function readHits(name) {
    return ask("GET", `${path(name)}/hits`);
}

/**
 * Tell each call-back that comes, until `signal` is aborted or five minutes are over.
 *
 * @param {string} name
 * @param {number} since
 * @param {(hits: HitView[]) => void} heard
 * @param {AbortSignal} signal
 */
export async function listenFor(name, since, heard, signal) {
    for (const ends = Date.now() + PATIENCE; Date.now() < ends && !signal.aborted; ) {
        const wait = Math.max(0, Math.min(WAIT, (ends - Date.now()) / 1000));
        const found = /** @type {HitsView} */ (await ask("GET", `${path(name)}/hits`, { query: { since, wait }, signal }));
        since = found.count;
        if (found.items.length) heard(found.items);
    }
}

/** Whether a call-back came as it should. @param {HitView} hit */
export function isWell(hit) {
    return hit.status < 300 && hit.proven !== false && hit.understood !== false;
}

/** What came and nobody could read. @param {string} name @returns {Promise<import("./types.js").OddView[]>} */
export async function readOdd(name) {
    return (await ask("GET", `${path(name)}/odd`)).items;
}

/** @param {string} name @param {string} to @param {string} key */
export async function sendProbe(name, to, key) {
    probe.value = null;
    const sent = await ask("POST", `${path(name)}/probes`, { body: { to }, key });
    probe.value = await ask("GET", `/messages/${sent.id}`); // it may have gone on before we knew its id
}

export function followCarriers() {
    on("message.updated", (message) => {
        if (probe.peek()?.id === message.id) probe.value = message;
    });
}
