// @ts-check
// Texts that wait for their time. They stand in no thread; at its time a new message takes the place of each.

import { ask } from "./api.js";
import { compareIds } from "./lib/ids.js";
import { Shelf } from "./lib/shelf.js";
import { computed, signal } from "./lib/ui.js";
import { on } from "./live.js";

/** @typedef {import("./types.js").MessageView} MessageView */

const PAGE = 100;

/** @type {Shelf<MessageView>} */
const shelf = new Shelf();
const version = signal(0);
const bump = () => (version.value += 1);

/** Those that go first come first. */
export const scheduled = computed(() => {
    version.value;
    return shelf.values().sort(byTime);
});

/** @param {MessageView} a @param {MessageView} b */
function byTime(a, b) {
    const [early, late] = [a.send_at ?? "", b.send_at ?? ""];
    return early < late ? -1 : early > late ? 1 : compareIds(a.id, b.id);
}

/** @param {string} id of a conversation */
export function scheduledIn(id) {
    return scheduled.value.filter((each) => each.conversation_id === id);
}

/** Whether a message stands outside its thread: it waits for its time, or was taken back while it did. @param {MessageView} message */
export function isForLater(message) {
    return message.flags.includes("scheduled");
}

/** A message that was made or has changed. @param {MessageView} message @param {string | null} [seq] of the event */
export function noteLater(message, seq = null) {
    if (message.scheduled_id && shelf.remove(message.scheduled_id)) bump();
    if (!isForLater(message)) return;
    const known = shelf.get(message.id);
    if (message.status !== "scheduled") shelf.remove(message.id);
    else if (!known) shelf.put(message, seq);
    else if (message.updated_at >= known.updated_at) shelf.change(message.id, () => message, seq);
    bump();
}

/** Read everything that waits; what came by events meanwhile is newer and stays. */
export async function readLater() {
    for (let after = /** @type {string | undefined} */ (undefined); ; ) {
        const page = /** @type {import("./types.js").Page<MessageView>} */ (await ask("GET", "/scheduled", { query: { limit: PAGE, after } }));
        for (const each of page.items) shelf.put(each, page.seq);
        bump();
        if (!page.next) return;
        after = page.next;
    }
}

export function clearLater() {
    shelf.clear();
    bump();
}

/**
 * Other words or another time; `send_at` null sends it now. Answers the message as it is then.
 *
 * @param {MessageView} message
 * @param {{body?: string, send_at?: string | null}} change
 * @returns {Promise<MessageView>}
 */
export async function changeLater(message, change) {
    const changed = await ask("PATCH", `/messages/${message.id}`, { body: change });
    noteLater(changed);
    return changed;
}

/** @param {MessageView} message */
export async function takeBack(message) {
    noteLater(await ask("POST", `/messages/${message.id}/cancel`));
}

export function followLater() {
    on("message.created", noteLater);
    on("message.updated", noteLater);
}
