// @ts-check
import { html, h, signal } from "../lib/ui.js";
import { t } from "../lib/words.js";
import { to } from "../router.js";
import { chooseLetterKeys, letterKeys, phase } from "../state.js";
import { Dialog } from "./dialog.js";
import { Icon } from "./icon.js";

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

/** Every key that works, the switch for single letters, and the way to the rest of the help. */
export function Help() {
    if (!shown.value) return null;
    const close = () => (shown.value = false);
    const more = html`<a class="link" href=${to("help")} onClick=${close}>${h(Icon, { name: "help" })}${t("help.all")}</a>`;
    const children = html`${h(Keys, {})} ${h(LetterKeys, {})} ${phase.value === "in" && more}`;
    return h(Dialog, { title: t("keys.title"), onClose: close, children });
}

/** Every key that works. */
export function Keys() {
    return html`<dl class="keys">
        ${KEYS.map(
            ([keys, words]) => html`<dt>${keys.map((key) => html`<kbd>${key}</kbd> `)}</dt>
                <dd>${t(words)}</dd>`,
        )}
    </dl>`;
}

export function LetterKeys() {
    return html`<label class="tick">
        <input type="checkbox" checked=${letterKeys.value} onChange=${() => chooseLetterKeys(!letterKeys.value)} />
        <span>${t("keys.letters")}<span class="hint">${t("keys.letters_hint")}</span></span>
    </label>`;
}
