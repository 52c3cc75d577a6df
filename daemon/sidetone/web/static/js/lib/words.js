// @ts-check
// The reader's language: one catalogue at a time, English beneath it.

import en from "../strings/en.js";
import { signal } from "./ui.js";

/** @typedef {keyof typeof en} Key */
/** @typedef {string | {one: string, other: string}} Words */
/** @typedef {Record<string, string | number>} Values */

/** Every language there is; a new one is a catalogue and a line here. @type {Record<string, string>} */
export const LANGUAGES = { en: "English", de: "Deutsch" };

/** @type {import("./ui.js").Signal<Record<string, Words>>} */
const catalogue = signal(en);

/** Counts the choices, so that a catalogue that comes late does not undo a later one. */
let choice = 0;

/** The language shown now, as a BCP 47 tag that `Intl` takes too. */
export const language = signal("en");

/**
 * The words of a key with its values; `n` chooses between one and many.
 *
 * @param {Key} key
 * @param {Values} [values]
 * @returns {string}
 */
export function t(key, values = {}) {
    return fill(catalogue.value[key] ?? en[key], values);
}

/**
 * The words of a key that is put together at run time, such as a code of the API; null when nobody wrote any.
 *
 * @param {string} key
 * @param {Values} [values]
 */
export function known(key, values = {}) {
    const words = catalogue.value[key] ?? /** @type {Record<string, Words>} */ (en)[key];
    return words === undefined ? null : fill(words, values);
}

/** @param {Words} words @param {Values} values */
function fill(words, values) {
    const text = typeof words === "string" ? words : words[plural(Number(values.n))];
    return text.replace(/\{(\w+)\}/g, (whole, name) => {
        const value = values[name];
        return typeof value === "number" ? value.toLocaleString(language.value) : (value ?? whole);
    });
}

/** @param {number} n @returns {"one" | "other"} */
function plural(n) {
    return new Intl.PluralRules(language.value).select(n) === "one" ? "one" : "other";
}

/**
 * Show everything in the chosen language, or in the browser's when none was chosen.
 *
 * @param {string} chosen a tag of `LANGUAGES`, or ""
 */
export async function speak(chosen) {
    const wanted = (chosen ? [chosen] : navigator.languages).map((tag) => tag.split("-")[0] ?? "");
    const found = wanted.find((tag) => tag in LANGUAGES) ?? "en";
    const mine = (choice += 1);
    const words = found === "de" ? (await import("../strings/de.js")).default : en;
    if (mine !== choice) return;
    catalogue.value = words;
    language.value = found;
    document.documentElement.lang = found;
}
