// @ts-check
import { html } from "../lib/ui.js";

/** What a page is, a sentence about it, and what one can do here. @param {{title: string, about: string, children?: import("../lib/ui.js").Children}} props */
export function PageHead({ title, about, children }) {
    return html`<header class="page-head">
        <div>
            <h1>${title}</h1>
            <p class="page-about">${about}</p>
        </div>
        ${children && html`<div class="page-acts">${children}</div>`}
    </header>`;
}
