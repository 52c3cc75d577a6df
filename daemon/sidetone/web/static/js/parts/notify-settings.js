// @ts-check
import { h, html, useState } from "../lib/ui.js";
import { t } from "../lib/words.js";
import { chooseDesktop, chooseNotify, choices, tryOut } from "../notify.js";
import { Icon } from "./icon.js";
import { entered } from "./save-contact.js";

/** What happens when a text comes in (KU-17), when it does not, and whether it works. */
export function NotifySettings() {
    const [said, setSaid] = useState("");
    const { sound, desktop, quiet } = choices.value;
    const attempt = () => setSaid(tryOut() || t("notify.works"));
    return html`<section class="card">
        <h2>${t("notify")}</h2>
        ${h(Tick, { words: t("notify.sound"), on: sound, turn: () => chooseNotify({ sound: !sound }) })}
        ${h(Tick, { words: t("notify.desktop"), hint: t("notify.desktop_hint"), on: desktop, turn: () => void chooseDesktop(!desktop) })}
        ${h(Tick, { words: t("notify.quiet"), on: quiet.on, turn: () => chooseNotify({ quiet: { ...quiet, on: !quiet.on } }) })}
        ${quiet.on &&
        html`<div class="quiet-hours">
            <label>${t("notify.from")} <input type="time" value=${quiet.from} onInput=${entered((from) => from && chooseNotify({ quiet: { ...quiet, from } }))} /></label>
            <label>${t("notify.to")} <input type="time" value=${quiet.to} onInput=${entered((to) => to && chooseNotify({ quiet: { ...quiet, to } }))} /></label>
        </div>`}
        <p class="notify-try">
            <button type="button" class="button" onClick=${attempt}>${h(Icon, { name: "bell" })}${t("notify.try")}</button>
            <span role="status">${said}</span>
        </p>
    </section>`;
}

/** @param {{words: string, hint?: string, on: boolean, turn: () => void}} props */
function Tick({ words, hint = "", on, turn }) {
    return html`<label class="tick">
        <input type="checkbox" checked=${on} onChange=${turn} />
        <span>${words}${hint && html`<span class="hint">${hint}</span>`}</span>
    </label>`;
}
