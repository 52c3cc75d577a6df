// @ts-check
// Keys that work anywhere in the page. Where somebody types, letters are letters.

import { letterKeys } from "./state.js";

/** @typedef {(event: KeyboardEvent) => void} Act */

/** @type {{keys: Record<string, Act>, id: number}[]} */
const layers = [];
let made = 0;

/**
 * Listen for keys until the answer is called; what came last is asked first. Names are those of KeyboardEvent.key;
 * "Mod+k" is Ctrl or ⌘ with k.
 *
 * @param {Record<string, Act>} keys
 */
export function listen(keys) {
    const id = (made += 1);
    layers.unshift({ keys, id });
    return () => {
        layers.splice(
            layers.findIndex((layer) => layer.id === id),
            1,
        );
    };
}

/** Whether the event comes from a place where people type. @param {Event} event */
export function isTyping(event) {
    const at = event.target;
    if (!(at instanceof HTMLElement)) return false;
    const types = at instanceof HTMLInputElement && !["checkbox", "radio", "button", "submit", "range"].includes(at.type);
    return types || at instanceof HTMLTextAreaElement || at instanceof HTMLSelectElement || at.isContentEditable;
}

/** @param {KeyboardEvent} event */
function press(event) {
    if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
    const mod = event.ctrlKey || event.metaKey;
    if (event.altKey) return;
    if (!mod && event.key.length === 1 && (isTyping(event) || !letterKeys.value)) return;
    const name = mod ? `Mod+${event.key.toLowerCase()}` : event.key;
    const act = layers.find((layer) => name in layer.keys)?.keys[name];
    act?.(event);
}

export function startKeys() {
    document.addEventListener("keydown", press);
}
