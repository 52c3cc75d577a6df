// @ts-check
// Where somebody is in a thread, for the window that it moves to (KU-38).

import { read, write } from "./lib/storage.js";

/** @typedef {import("./thread-pages.js").Place} Place */

/** What was left longer ago belongs to a window that never opened; in ms. */
const FRESH = 30_000;

/** The thread that is open in this window, and who knows where it stands. @type {{id: string, where: () => Place | null} | null} */
let open = null;

/** Answers for a thread while it is open; called again, it no longer does. @param {string} id @param {() => Place | null} where null: at its newest */
export function answerFor(id, where) {
    const mine = (open = { id, where });
    return () => {
        if (open === mine) open = null;
    };
}

/** The place of a conversation that is open here. @param {string} id */
export function placeIn(id) {
    return open?.id === id ? open.where() : null;
}

/** Leave a place for whichever window opens the conversation next. @param {string} id @param {unknown} place */
export function leavePlace(id, place) {
    write(`place.${id}`, isPlace(place) ? JSON.stringify({ id: place.id, offset: place.offset, at: Date.now() }) : null);
}

/** The place that was left, once. @param {string} id @returns {Place | null} */
export function takePlace(id) {
    const kept = read(`place.${id}`);
    if (kept === null) return null;
    write(`place.${id}`, null);
    try {
        const place = JSON.parse(kept);
        return isPlace(place) && Math.abs(Date.now() - place.at) < FRESH ? { id: place.id, offset: place.offset } : null;
    } catch {
        return null;
    }
}

/** @param {any} place @returns {place is Required<Place> & {at: number}} */
function isPlace(place) {
    return /^\d+$/.test(place?.id) && typeof place.id === "string" && Number.isFinite(place.offset);
}
