// @ts-check
// Times of the API in the reader's language and zone.

import { language, t } from "./words.js";

/** @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map();

/** @param {Intl.DateTimeFormatOptions} options */
function format(options) {
    const key = language.value + JSON.stringify(options);
    let found = formats.get(key);
    if (!found) formats.set(key, (found = new Intl.DateTimeFormat(locale(), options)));
    return found;
}

/** The reader's own region where it speaks the shown language, so that British and American days differ. */
function locale() {
    return navigator.languages.find((tag) => tag.split("-")[0] === language.value) ?? language.value;
}

/** Days between two moments in the reader's zone. @param {Date} a @param {Date} b */
function daysBetween(a, b) {
    const midnight = (/** @type {Date} */ d) => Date.UTC(d.getFullYear(), d.getMonth(), d.getDate());
    return Math.round((midnight(b) - midnight(a)) / 86_400_000);
}

/** "14:03" @param {string} time */
export function clock(time) {
    return format({ hour: "2-digit", minute: "2-digit" }).format(new Date(time));
}

/** "Today", "Yesterday", "Wednesday", "3 March 2026" @param {string} time */
export function day(time) {
    const when = new Date(time);
    const ago = daysBetween(when, new Date());
    if (ago === 0) return t("time.today");
    if (ago === 1) return t("time.yesterday");
    if (ago > 1 && ago < 7) return format({ weekday: "long" }).format(when);
    return format({ day: "numeric", month: "long", year: "numeric" }).format(when);
}

/** As short as a row of a list wants it: the clock today, then a day, then a date. @param {string} time */
export function brief(time) {
    const when = new Date(time);
    const ago = daysBetween(when, new Date());
    if (ago <= 0) return clock(time);
    if (ago === 1) return t("time.yesterday");
    if (ago < 7) return format({ weekday: "short" }).format(when);
    return format({ day: "2-digit", month: "2-digit", year: "2-digit" }).format(when);
}

/** To the second, for histories. @param {string} time */
export function exact(time) {
    return format({ dateStyle: "medium", timeStyle: "medium" }).format(new Date(time));
}

/** @param {string} a @param {string} b */
export function sameDay(a, b) {
    return daysBetween(new Date(a), new Date(b)) === 0;
}

/** A day and a clock, as short as they are clear: "Today 14:03", "Mon 23 Nov, 08:00". @param {string} time */
export function moment(time) {
    const when = new Date(time);
    const ahead = daysBetween(new Date(), when);
    if (ahead === 0) return `${t("time.today")} ${clock(time)}`;
    if (ahead === 1) return `${t("time.tomorrow")} ${clock(time)}`;
    const year = when.getFullYear() === new Date().getFullYear() ? undefined : /** @type {const} */ ("numeric");
    return format({ weekday: "short", day: "numeric", month: "short", year, hour: "2-digit", minute: "2-digit" }).format(when);
}
