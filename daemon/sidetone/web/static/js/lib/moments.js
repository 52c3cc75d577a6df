// @ts-check
// Times that people choose: on their own clock, whatever it is set to and whenever it is changed.

const MINUTE = 60_000;
const MORNING = 8;
const MONDAY = 1;

/** What a field of local date and time holds: "2026-11-22T08:00". @param {Date} when */
export function toField(when) {
    const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
    const date = `${String(when.getFullYear()).padStart(4, "0")}-${two(when.getMonth() + 1)}-${two(when.getDate())}`;
    return `${date}T${two(when.getHours())}:${two(when.getMinutes())}`;
}

/**
 * The moment that a field means on this clock; null for none. An hour that a change of the clocks leaves out becomes
 * the one after it, and of an hour that comes twice the first is meant.
 *
 * @param {string} field
 */
export function fromField(field) {
    const found = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)/.exec(field);
    if (!found) return null;
    const [year = 0, month = 1, day = 1, hour = 0, minute = 0] = found.slice(1).map(Number);
    const when = new Date(year, month - 1, day, hour, minute);
    return Number.isNaN(when.getTime()) ? null : when;
}

/**
 * Times that are often meant, each later than the one before.
 *
 * @param {Date} now
 * @returns {{name: "hour" | "tomorrow" | "monday", when: Date}[]}
 */
export function usual(now) {
    const hour = new Date(Math.ceil((now.getTime() + 60 * MINUTE) / (5 * MINUTE)) * 5 * MINUTE);
    const tomorrow = morning(now, 1);
    const monday = morning(now, (MONDAY + 7 - now.getDay()) % 7 || 7);
    const all = [
        { name: /** @type {const} */ ("hour"), when: hour },
        { name: /** @type {const} */ ("tomorrow"), when: tomorrow },
        { name: /** @type {const} */ ("monday"), when: monday },
    ];
    return all.filter((each, at) => !at || each.when > /** @type {{when: Date}} */ (all[at - 1]).when);
}

/** @param {Date} now @param {number} days */
function morning(now, days) {
    return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, MORNING);
}
