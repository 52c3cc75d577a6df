// @ts-check
// The one place where text becomes links. What may be clicked is P-16's list; every other scheme stays text.

/** @typedef {{text: string, href: string | null}} Piece */

// Anything up to a blank; what follows a scheme, "www." or looks like a mail address. No nested quantifiers.
const CANDIDATE = /(?:https?:\/\/|www2?\.|mailto:|tel:)[^\s<>"“”„]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+/giu;
const TRAILING = /[.,;:!?'’»)\]}]$/u;
const PAIRS = { ")": "(", "]": "[", "}": "{" };

/**
 * Cut a text into pieces, links among them; put together they are the text.
 *
 * @param {string} text
 * @returns {Piece[]}
 */
export function linkify(text) {
    /** @type {Piece[]} */
    const pieces = [];
    let at = 0;
    for (const found of text.matchAll(CANDIDATE)) {
        const link = trim(found[0]);
        const href = address(link);
        if (!href) continue;
        if (found.index > at) pieces.push({ text: text.slice(at, found.index), href: null });
        pieces.push({ text: link, href });
        at = found.index + link.length;
    }
    if (at < text.length) pieces.push({ text: text.slice(at), href: null });
    return pieces;
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
        if (url.protocol === "mailto:" || url.protocol === "tel:") return url.pathname ? url.href : null;
        return /^https?:$/.test(url.protocol) && url.hostname.length > 2 ? url.href : null;
    } catch {
        return null;
    }
}
