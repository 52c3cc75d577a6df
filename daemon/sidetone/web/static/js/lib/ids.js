// @ts-check
// Ids are decimal strings of 64-bit integers, too long for a Number; times of the API sort as text.

/**
 * Smaller, equal or greater, as a sort wants it.
 *
 * @param {string} a
 * @param {string} b
 */
export function compareIds(a, b) {
    if (a.length !== b.length) return a.length - b.length;
    return a < b ? -1 : a > b ? 1 : 0;
}

/** A new random key for something this browser makes; a plain-HTTP page has no crypto.randomUUID. */
export function newKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Whether journal place `a` is later than `b`; places of different epochs cannot be compared and count as later.
 *
 * @param {string} a "EPOCH:SEQ"
 * @param {string} b "EPOCH:SEQ"
 */
export function isLater(a, b) {
    const [epochA = "", seqA = "0"] = a.split(":");
    const [epochB = "", seqB = "0"] = b.split(":");
    return epochA !== epochB || compareIds(seqA, seqB) > 0;
}
