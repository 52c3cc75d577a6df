// @ts-check
// Which digits in a text are a phone number. Only what looks dialled is taken, lest dates and amounts become links; what
// a number becomes, and whether it exists, the daemon says when it is used (PC-33).

/** @typedef {import("./links.js").Piece} Piece */
/** @typedef {{trunk: string, least: number, most: number, short: RegExp}} Plan digits of a national number without its trunk digit */

/** @type {Record<string, Plan>} */
const PLANS = {
    AT: { trunk: "0", least: 7, most: 13, short: /^(?:112|122|133|144|118\d{3})$/ },
    CH: { trunk: "0", least: 9, most: 9, short: /^(?:112|117|118|144|1414)$/ },
    DE: { trunk: "0", least: 6, most: 12, short: /^(?:110|112|115|116\d{3}|118\d{2})$/ },
    FR: { trunk: "0", least: 9, most: 9, short: /^(?:112|15|17|18|3\d{3})$/ },
    GB: { trunk: "0", least: 9, most: 10, short: /^(?:999|112|101|111|118\d{3})$/ },
    US: { trunk: "", least: 10, most: 10, short: /^(?:911|[2-8]11|988)$/ },
};
const CANDIDATE = /(?<![\w.,:/#€$£+-])(?:\+|\(?\d)[\d ()/.\u00a0\u2011-]{1,28}\d(?![\w%€$£])/gu;
const NO_PHONE = /^\d{1,4}[./-]\d{1,2}[./-]\d{1,4}$|^\d{1,3}(?:[.\u00a0 ]\d{3})+$|^\d{1,2}\.\d{2}$|^0\.\d+$|^\d{1,3}(?:\.\d{1,3}){3}$|\d{1,2}\.\d{1,2}\.\d{4}/;

/**
 * Cut a text into pieces, phone numbers among them.
 *
 * @param {string} text
 * @param {string} country
 * @param {boolean} [marked] whether "phone:" says that it is one; then a short number counts too
 * @returns {Piece[]}
 */
export function phones(text, country, marked = false) {
    if (marked) return [{ text, href: isPhone(text, country, true) ? dialled(text) : null }];
    /** @type {Piece[]} */
    const pieces = [];
    let at = 0;
    for (const found of text.matchAll(CANDIDATE)) {
        if (!isPhone(found[0], country, false)) continue;
        if (found.index > at) pieces.push({ text: text.slice(at, found.index), href: null });
        pieces.push({ text: found[0], href: dialled(found[0]) });
        at = found.index + found[0].length;
    }
    if (at < text.length) pieces.push({ text: text.slice(at), href: null });
    return pieces;
}

/** @param {string} text */
function dialled(text) {
    return `tel:${text.replace("(0)", "").replace(/[^\d+]/g, "")}`;
}

/** @param {string} text @param {string} country @param {boolean} marked */
function isPhone(text, country, marked) {
    if (!/^[\d\s+()/.\u00a0\u2011-]+$/.test(text) || (!marked && NO_PHONE.test(text))) return false;
    const digits = text.replace("(0)", "").replace(/\D/g, "");
    if (/^\s*(?:\+|\(\+)/.test(text)) return digits.length >= 7 && digits.length <= 15 && digits[0] !== "0";
    const plan = PLANS[country];
    if (/^00[1-9]/.test(digits) && plan?.trunk === "0") return digits.length >= 9 && digits.length <= 17;
    if (marked && (plan?.short ?? /^\d{3,6}$/).test(digits)) return true;
    if (!plan) return marked && digits.length >= 7 && digits.length <= 15;
    return isNational(digits, plan);
}

/** @param {string} digits @param {Plan} plan */
function isNational(digits, plan) {
    if (plan.trunk) return digits[0] === plan.trunk && /^0[1-9]/.test(digits) && digits.length > plan.least && digits.length <= plan.most + 1;
    const national = digits.replace(/^1(?=\d{10}$)/, "");
    return national.length === plan.most && /^[2-9]\d\d[2-9]/.test(national);
}
