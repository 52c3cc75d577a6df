// @ts-check
// What someone began to type, per conversation; lives in this browser until it is sent.

import { names, read, watch, write } from "./lib/storage.js";
import { effect, signal } from "./lib/ui.js";
import { userId } from "./state.js";

/** @type {import("./lib/ui.js").Signal<ReadonlyMap<string, string>>} */
export const drafts = signal(new Map());

const prefix = () => `draft.${userId.peek()}.`;

/** @param {string} id of a conversation @param {string} text */
export function keepDraft(id, text) {
    const kept = text.trim() ? text : null;
    if ((drafts.peek().get(id) ?? null) === kept) return;
    write(prefix() + id, kept);
    const next = new Map(drafts.peek());
    if (kept === null) next.delete(id);
    else next.set(id, kept);
    drafts.value = next;
}

export function forgetDrafts() {
    for (const name of names(prefix())) write(name, null);
    load();
}

function load() {
    const start = prefix();
    drafts.value = new Map(names(start).map((name) => [name.slice(start.length), read(name) ?? ""]));
}

/** Follow whoever is signed in, and the other windows of this browser. */
export function startDrafts() {
    effect(() => {
        if (!userId.value) {
            drafts.value = new Map();
            return undefined;
        }
        load();
        return watch(prefix(), load);
    });
}
