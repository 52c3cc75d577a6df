// @ts-check
// Things by id, each with the journal place it was read at, so that an old answer never overwrites a newer event.

import { isLater } from "./ids.js";

/** @template {{id: string}} T */
export class Shelf {
    /** @type {Map<string, {value: T, seq: string | null}>} */
    #kept = new Map();

    /** @param {string} id */
    get(id) {
        return this.#kept.get(id)?.value;
    }

    /** @returns {T[]} */
    values() {
        return Array.from(this.#kept.values(), (entry) => entry.value);
    }

    /**
     * Keep a value unless a newer one is known; answers whether it was kept.
     *
     * @param {T} value
     * @param {string | null} seq the place it was read at; an answer that names none only fills a gap
     */
    put(value, seq) {
        const known = this.#kept.get(value.id);
        if (known && seq === null) return false;
        if (known?.seq && seq && known.seq !== seq && !isLater(seq, known.seq)) return false;
        this.#kept.set(value.id, { value, seq });
        return true;
    }

    /**
     * Change what is kept. An event names its place: a page that was read before it then no longer counts.
     *
     * @param {string} id
     * @param {(value: T) => T} change
     * @param {string | null} [seq]
     */
    change(id, change, seq = null) {
        const known = this.#kept.get(id);
        if (!known) return undefined;
        known.value = change(known.value);
        if (seq && !(known.seq && isLater(known.seq, seq))) known.seq = seq;
        return known.value;
    }

    /** @param {string} id */
    remove(id) {
        return this.#kept.delete(id);
    }

    clear() {
        this.#kept.clear();
    }
}
