// @ts-check
import { linkify } from "../lib/links.js";
import { h, html } from "../lib/ui.js";
import { t } from "../lib/words.js";
import { to } from "../router.js";
import { copyText } from "./copy.js";
import { Icon } from "./icon.js";

/** Text from outside: set as text, links by the one linkifier. @param {{body: string, country?: string}} props `country` says what is a phone number */
export function Text({ body, country = "" }) {
    return html`<span class="text" dir="auto">${linkify(body, country).map((piece) => h(PieceOf, piece))}</span>`;
}

/** @param {import("../lib/links.js").Piece} props */
function PieceOf({ text, href, copy }) {
    if (copy) return html`<span class="copied-link">${text}</span>${h(Copy, { what: copy })}`;
    if (!href) return text;
    if (!href.startsWith("tel:")) return html`<a href=${href} target="_blank" rel="noopener noreferrer">${text}</a>`;
    return html`<a href=${to(`messages/new?to=${encodeURIComponent(href.slice(4))}`)} title=${t("link.phone", { number: text })}>${text}</a>`;
}

/** What may not be opened can be copied. @param {{what: string}} props */
function Copy({ what }) {
    return html`<button type="button" class="copy" aria-label=${t("link.copy", { what })} title=${t("link.copy", { what })} onClick=${() => copyText(what)}>${h(Icon, { name: "copy" })}</button>`;
}
