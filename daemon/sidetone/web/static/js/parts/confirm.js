// @ts-check
import { h, html, signal } from "../lib/ui.js";
import { t } from "../lib/words.js";
import { Dialog } from "./dialog.js";

/** @typedef {{title: string, text: string, yes: string, answer: (yes: boolean) => void}} Question */

/** @type {import("../lib/ui.js").Signal<Question | null>} */
const question = signal(null);

/** Ask before something that cannot be undone. @param {string} title @param {string} text @param {string} yes @returns {Promise<boolean>} */
export function confirmed(title, text, yes) {
    return new Promise((resolve) => {
        question.value = {
            title,
            text,
            yes,
            answer: (is) => {
                question.value = null;
                resolve(is);
            },
        };
    });
}

/** Where the question appears; stands once in the page. */
export function Confirm() {
    const asked = question.value;
    if (!asked) return null;
    const children = html`<p>${asked.text}</p>
        <div class="buttons">
            <button type="button" class="button" onClick=${() => asked.answer(false)}>${t("cancel")}</button>
            <button type="button" class="button danger" onClick=${() => asked.answer(true)}>${asked.yes}</button>
        </div>`;
    return h(Dialog, { title: asked.title, onClose: () => asked.answer(false), kind: "small", children });
}
