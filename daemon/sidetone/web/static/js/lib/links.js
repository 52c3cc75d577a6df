// @ts-check
// The one place where text becomes links. What may be clicked is P-16's list; every other scheme, and a path of a file
// server, is shown as text that can be copied.

import { phones } from "./phone-links.js";

/** @typedef {{text: string, href: string | null, copy?: string}} Piece `copy`: no link, but what it names can be copied */

// Anything up to a blank; what follows a scheme, "www." or looks like a mail address; between angle brackets also with
// blanks. No nested quantifiers.
const CANDIDATE =
    /<(?:https?|ftp|file|mailto|phone|tel):[^<>\n]+>|<\\\\[^<>\n]+>|(?:https?|ftp|file|gopher|ntp|prospero|telnet|news|wais):[^\s<>"“”„]+|www2?\.[^\s<>"“”„]+|(?:mailto|tel|phone):[^\s<>"“”„]+|\\\\[\w.-]+\\[^\s<>"“”„]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+/giu;
const TRAILING = /[.,;:!?'’»)\]}]$/u;
const PAIRS = { ")": "(", "]": "[", "}": "{" };
const ONLY_COPIED = /^(?:ftp|file|gopher|ntp|prospero|telnet|wais):\/\/.|^news:[\w.]|^\\\\[\w.-]+\\./i;

/**
 * Cut a text into pieces, links among them; put together they are the text.
 *
 * @param {string} text
 * @param {string} [country] whose rules say what is a phone number; "" knows only those with a country code
 * @returns {Piece[]}
 */
export function linkify(text, country = "") {
    /** @type {Piece[]} */
    const pieces = [];
    let at = 0;
    for (const found of text.matchAll(CANDIDATE)) {
        const bracketed = found[0].startsWith("<");
        const link = bracketed ? found[0].slice(1, -1) : trim(found[0]);
        const piece = pieceOf(link, bracketed, country);
        if (!piece) continue;
        const start = found.index + (bracketed ? 1 : 0);
        if (start > at) pieces.push(...phones(text.slice(at, start), country));
        pieces.push(piece);
        at = start + link.length;
    }
    if (at < text.length) pieces.push(...phones(text.slice(at), country));
    return pieces;
}

/** @param {string} link @param {boolean} bracketed @param {string} country @returns {Piece | null} */
function pieceOf(link, bracketed, country) {
    if (/^(?:tel|phone):/i.test(link)) return phones(link.replace(/^(?:tel|phone):/i, ""), country, true)[0]?.href ? { text: link, href: dial(link) } : null;
    if (ONLY_COPIED.test(link)) return { text: link, href: null, copy: link };
    const href = address(bracketed ? link.replaceAll(" ", "%20") : link);
    return href ? { text: link, href } : null;
}

/** @param {string} link */
function dial(link) {
    return `tel:${link.replace(/^\w+:/, "").replace(/[^\d+*#]/g, "")}`;
}

/** Without the punctuation of the sentence around it; a bracket that the link opened itself stays. @param {string} link */
function trim(link) {
    let kept = link;
    while (TRAILING.test(kept)) {
        const last = kept.slice(-1);
        const opener = /** @type {Record<string, string>} */ (PAIRS)[last];
        if (opener && kept.split(opener).length >= kept.split(last).length) return kept;
        kept = kept.slice(0, -1);
    }
    return kept;
}

/** @param {string} link @returns {string | null} */
function address(link) {
    const full = /^www2?\./i.test(link) ? `https://${link}` : /^[a-z]+:/i.test(link) ? link : `mailto:${link}`;
    try {
        const url = new URL(full);
        if (url.protocol === "mailto:") return url.pathname.includes("@") ? url.href : null;
        return /^https?:$/.test(url.protocol) && url.hostname.length > 2 ? url.href : null;
    } catch {
        return null;
    }
}
