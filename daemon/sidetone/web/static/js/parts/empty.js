// @ts-check
import { explainFault } from "../api.js";
import { h, html } from "../lib/ui.js";
import { t } from "../lib/words.js";
import { Icon } from "./icon.js";

/**
 * What a place is for while nothing is in it, and the next step.
 *
 * @param {{icon: string, title: string, text: string, children?: import("../lib/ui.js").Children}} props
 */
export function Empty({ icon, title, text, children }) {
    return html`<div class="empty">
        <span class="empty-sign">${h(Icon, { name: icon })}</span>
        <h2>${title}</h2>
        <p>${text}</p>
        ${children}
    </div>`;
}

/** What went wrong where content should be. @param {{fault: unknown, again: () => void}} props */
export function Trouble({ fault, again }) {
    return html`<div class="trouble" role="alert">
        <p>${explainFault(fault)}</p>
        <button type="button" class="button" onClick=${again}>${h(Icon, { name: "retry" })}${t("again")}</button>
    </div>`;
}
