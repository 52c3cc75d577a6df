// @ts-check
// The threads of opened conversations, kept up by events.

import { ask } from "./api.js";
import { effect, untracked } from "./lib/ui.js";
import { isForLater } from "./later.js";
import { line, on } from "./live.js";
import { Thread } from "./thread-pages.js";

/** @typedef {import("./types.js").MessageView} MessageView */

const KEPT_THREADS = 12;

/** The threads that were opened last, newest last. @type {Map<string, Thread>} */
const kept = new Map();

/**
 * The thread of a conversation at a place in it, or at its newest; read when that was not kept.
 *
 * @param {string} id
 * @param {import("./thread-pages.js").Place | null} [place]
 */
export function thread(id, place = null) {
    const known = kept.get(id);
    const found = known && (place || !known.hasNewer.peek()) ? known : new Thread(id);
    if (place) void found.show(place);
    else if (found !== known) void found.read();
    else found.shown.value = null;
    kept.delete(id);
    kept.set(id, found);
    for (const old of [...kept.keys()].slice(0, -KEPT_THREADS)) kept.delete(old);
    return found;
}

/** @param {MessageView} message */
export function takeMessage(message) {
    if (!isForLater(message)) kept.get(message.conversation_id)?.take(message);
}

export function clearThreads() {
    kept.clear();
}

/** @param {string} id */
export function forgetThread(id) {
    kept.delete(id);
}

/** Read all anew: the journal cannot tell what was missed. */
export function refreshThreads() {
    for (const each of kept.values()) void each.refresh();
}

/** The line is back: read what could not be read. */
function goOn() {
    for (const each of kept.values()) {
        if (each.isBehind) void each.again();
        else if (each.newerFault.peek()) void each.readNewer();
    }
}

export function followThreads() {
    on("message.created", takeMessage);
    on("message.updated", takeMessage);
    effect(() => {
        if (line.value.state === "up") untracked(goOn);
    });
}

/** Open a new round of a message that failed; the key makes two clicks one. @param {MessageView} message */
export async function retry(message) {
    const key = `retry-${message.id}-${message.round}`;
    takeMessage(await ask("POST", `/messages/${message.id}/retry`, { key }));
}

/** Take a message back before it leaves. @param {MessageView} message */
export async function cancel(message) {
    takeMessage(await ask("POST", `/messages/${message.id}/cancel`));
}
