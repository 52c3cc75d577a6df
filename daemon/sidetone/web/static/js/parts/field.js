// @ts-check
import { cloneElement, html, useId } from "../lib/ui.js";

/**
 * A labelled control with a hint and, when something is wrong, the words for it.
 *
 * @param {{label: string, hint?: string, error?: string, children: import("../lib/ui.js").Node}} props
 */
export function Field({ label, hint = "", error = "", children }) {
    const id = useId();
    const about = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ") || undefined;
    const control = cloneElement(children, { id, "aria-describedby": about, "aria-invalid": error ? "true" : undefined });
    return html`<div class="field ${error ? "wrong" : ""}">
        <label for=${id}>${label}</label>
        ${control} ${hint && html`<p class="hint" id=${`${id}-hint`}>${hint}</p>`}
        ${error && html`<p class="error" id=${`${id}-error`}>${error}</p>`}
    </div>`;
}
