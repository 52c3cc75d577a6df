// @ts-check
// The numbers of ours that this person may write from, and the one they used last.

import { read, write } from "./lib/storage.js";
import { me } from "./state.js";

/** @typedef {import("./types.js").OwnNumber} OwnNumber */

/** @param {OwnNumber} number */
export function numberWords({ label, display }) {
    return label ? `${label} · ${display}` : display;
}

/** The number that was written from last; "" when none was. */
export function lastNumber() {
    return read("last-number") ?? "";
}

/** @param {string} number */
export function useNumber(number) {
    write("last-number", number || null);
}

/** @returns {OwnNumber[]} */
export function numbersLastUsedFirst() {
    const last = lastNumber();
    return [...(me.value?.numbers ?? [])].sort((a, b) => Number(b.number === last) - Number(a.number === last));
}
