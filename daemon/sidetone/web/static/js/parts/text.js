// @ts-check
import { linkify } from "../lib/links.js";
import { html } from "../lib/ui.js";

/** Text from outside: set as text, links by the one linkifier. @param {{body: string}} props */
export function Text({ body }) {
    const pieces = linkify(body).map(({ text, href }) =>
        href ? html`<a href=${href} target="_blank" rel="noopener noreferrer">${text}</a>` : text,
    );
    return html`<span class="text" dir="auto">${pieces}</span>`;
}
