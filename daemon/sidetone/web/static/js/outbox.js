// @ts-check
// Messages that this browser has still to hand over. Each is kept under its own key until the daemon has answered,
// and each try carries the same Idempotency-Key, so a reload, a second window or a lost answer never sends twice.

import { ask, Refused } from "./api.js";
import { newKey } from "./lib/ids.js";
import { names, read, watch, write } from "./lib/storage.js";
import { effect, signal } from "./lib/ui.js";
import { line } from "./live.js";
import { userId } from "./state.js";

/** @typedef {import("./types.js").Unsent} Unsent */
/** @typedef {import("./types.js").MessageView} MessageView */

const PATIENCE = 20_000;
const LONGEST_WAIT = 30_000;

/** Oldest first. @type {import("./lib/ui.js").Signal<Unsent[]>} */
export const unsent = signal([]);

/** @type {(message: MessageView) => void} */
let handedOver = () => {};
let running = false;
let failures = 0;
let timer = 0;

const prefix = () => `outbox.${userId.peek()}.`;

/** @param {string} conversationId @param {string} body @param {string | null} [sendAt] the time to send it at; null: at once */
export function send(conversationId, body, sendAt = null) {
    const at = new Date().toISOString();
    keep({ key: newKey(), conversation_id: conversationId, body, at, send_at: sendAt, problem: null });
    void flush();
}

/** Try a refused one again. @param {string} key */
export function sendAgain(key) {
    const entry = unsent.peek().find((each) => each.key === key);
    if (entry) keep({ ...entry, problem: null });
    void flush();
}

/** @param {string} key */
export function discard(key) {
    write(prefix() + key, null);
    unsent.value = unsent.peek().filter((entry) => entry.key !== key);
}

/** The daemon has told of a message with this client id: whatever became of our request, it is stored. @param {string | null} key */
export function arrived(key) {
    if (key && unsent.peek().some((entry) => entry.key === key)) discard(key);
}

export function forgetUnsent() {
    for (const entry of unsent.peek()) discard(entry.key);
}

/** Hand over what waits, in order, one at a time. */
export async function flush() {
    clearTimeout(timer);
    if (running || !userId.peek()) return;
    running = true;
    try {
        for (let entry = next(); entry; entry = next()) {
            await handOver(entry);
            failures = 0;
        }
    } catch (fault) {
        const asked = fault instanceof Refused && fault.retryAfter ? fault.retryAfter * 1000 : 0;
        timer = setTimeout(flush, Math.max(asked, Math.min(LONGEST_WAIT, 1000 * 2 ** failures)));
        failures += 1;
    } finally {
        running = false;
    }
}

const next = () => unsent.peek().find((entry) => !entry.problem);

/** Raises when it should be tried again later. @param {Unsent} entry */
async function handOver(entry) {
    const path = `/conversations/${entry.conversation_id}/messages`;
    try {
        const message = await ask("POST", path, { body: entry.send_at ? { body: entry.body, send_at: entry.send_at } : { body: entry.body }, key: entry.key, signal: AbortSignal.timeout(PATIENCE) });
        handedOver(message);
        discard(entry.key);
    } catch (fault) {
        if (!(fault instanceof Refused) || fault.passing || fault.said.status === 401) throw fault;
        keep({ ...entry, problem: fault.said });
    }
}

/** @param {Unsent} entry */
function keep(entry) {
    write(prefix() + entry.key, JSON.stringify(entry));
    const others = unsent.peek().filter((each) => each.key !== entry.key);
    unsent.value = [...others, entry].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

function load() {
    const found = names(prefix()).map((name) => parse(read(name)));
    unsent.value = found.filter((entry) => entry !== null).sort((a, b) => (a.at < b.at ? -1 : 1));
}

/** @param {string | null} text @returns {Unsent | null} */
function parse(text) {
    try {
        return text ? JSON.parse(text) : null;
    } catch {
        return null;
    }
}

/** Follow whoever is signed in, other windows and the line. @param {(message: MessageView) => void} whenHandedOver */
export function startOutbox(whenHandedOver) {
    handedOver = whenHandedOver;
    effect(() => {
        clearTimeout(timer);
        if (!userId.value) {
            unsent.value = [];
            return undefined;
        }
        load();
        return watch(prefix(), load);
    });
    effect(() => {
        // Either may come first: the line is asked for while the page still learns who sits there.
        if (userId.value && line.value.state === "up") void flush();
    });
}
