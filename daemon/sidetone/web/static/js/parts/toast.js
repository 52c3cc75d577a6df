// @ts-check
import { explainFault } from "../api.js";
import { html, signal } from "../lib/ui.js";

const SHOWN_FOR = 6000;

/** @type {import("../lib/ui.js").Signal<string>} */
const said = signal("");
/** What only a screen reader should hear, such as a text that came in. */
const heard = signal("");
let timer = 0;

/** Say something in passing. @param {string} text */
export function tell(text) {
    clearTimeout(timer);
    said.value = text;
    timer = setTimeout(() => (said.value = ""), SHOWN_FOR);
}

/** @param {string} text */
export function announce(text) {
    heard.value = text;
}

/** Do something that may fail; a failure is told in words. @param {() => Promise<unknown>} act */
export async function trying(act) {
    try {
        await act();
        return true;
    } catch (fault) {
        tell(explainFault(fault));
        return false;
    }
}

export function Toasts() {
    return html`<div class="toasts" role="status">${said.value && html`<p class="toast">${said.value}</p>`}</div>
        <div class="only-heard" aria-live="polite">${heard.value}</div>`;
}
