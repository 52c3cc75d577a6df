// @ts-check
import { html, h, signal } from "../lib/ui.js";
import { t } from "../lib/words.js";
import { chooseLetterKeys, letterKeys } from "../state.js";
import { Dialog } from "./dialog.js";

const shown = signal(false);

export function openHelp() {
    shown.value = true;
}

/** @type {[string[], import("../lib/words.js").Key][]} */
const KEYS = [
    [["Ctrl/⌘ K"], "keys.palette"],
    [["/"], "keys.search"],
    [["n"], "keys.new"],
    [["j", "k"], "keys.move"],
    [["Enter"], "keys.open"],
    [["Esc"], "keys.back"],
    [["↑", "↓"], "keys.messages"],
    [["Shift Enter"], "keys.line"],
    [["Shift F10"], "keys.context"],
    [["?"], "keys.help"],
];

/** Every key that works, and the switch for single letters. */
export function Help() {
    if (!shown.value) return null;
    const children = html`<dl class="keys">
            ${KEYS.map(
                ([keys, words]) => html`<dt>${keys.map((key) => html`<kbd>${key}</kbd> `)}</dt>
                    <dd>${t(words)}</dd>`,
            )}
        </dl>
        ${h(LetterKeys, {})}`;
    return h(Dialog, { title: t("keys.title"), onClose: () => (shown.value = false), children });
}

export function LetterKeys() {
    return html`<label class="tick">
        <input type="checkbox" checked=${letterKeys.value} onChange=${() => chooseLetterKeys(!letterKeys.value)} />
        <span>${t("keys.letters")}<span class="hint">${t("keys.letters_hint")}</span></span>
    </label>`;
}
