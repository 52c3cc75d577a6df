// @ts-check
import { h, html } from "../lib/ui.js";
import { Icon } from "./icon.js";

const HUES = 8;

/**
 * A person's initials on a colour of their own; somebody without a name is a head and shoulders.
 *
 * @param {{name: string | null, seed: string, large?: boolean}} props
 */
export function Avatar({ name, seed, large = false }) {
    const initials = name ? initialsOf(name) : "";
    return html`<span class="avatar hue-${hue(seed)} ${large ? "large" : ""}" aria-hidden="true">
        ${initials || h(Icon, { name: "person" })}
    </span>`;
}

/** @param {string} name */
function initialsOf(name) {
    const words = name.split(/[\s,.-]+/u).filter((word) => /^\p{L}/u.test(word));
    const first = [...(words[0] ?? "")][0] ?? "";
    const last = words.length > 1 ? ([...(words.at(-1) ?? "")][0] ?? "") : "";
    return (first + last).toLocaleUpperCase();
}

/** @param {string} seed */
function hue(seed) {
    let sum = 0;
    for (const char of seed) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 9973;
    return sum % HUES;
}
