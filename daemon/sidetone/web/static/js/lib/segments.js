// @ts-check
// How a text is cut into the parts that a carrier counts (3GPP TS 23.038 and TS 23.040). The daemon's rule is
// domain/segments.py; both are held to tests/domain/segment_cases.json.

const DEFAULT =
    "@£$¥èéùìòÇ\nØø\rÅå" +
    "Δ_ΦΓΛΩΠΨΣΘΞÆæßÉ" +
    " !\"#¤%&'()*+,-./" +
    "0123456789:;<=>?" +
    "¡ABCDEFGHIJKLMNO" +
    "PQRSTUVWXYZÄÖÑÜ§" +
    "¿abcdefghijklmno" +
    "pqrstuvwxyzäöñüà";
const EXTENSION = "\f^{}\\[~]|€";

/** Septets of each character of the GSM alphabet: those of the extension table take an escape and a code. */
const SEPTETS = new Map([...[...DEFAULT].map((c) => pair(c, 1)), ...[...EXTENSION].map((c) => pair(c, 2))]);
const ALONE = { gsm7: 160, ucs2: 70 };
const JOINED = { gsm7: 153, ucs2: 67 };
const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** @param {string} char @param {number} septets @returns {[string, number]} */
function pair(char, septets) {
    return [char, septets];
}

/**
 * @typedef {object} Segments
 * @property {"gsm7" | "ucs2"} encoding
 * @property {string[]} parts put together they are the text
 * @property {number} units septets or UTF-16 units of the whole
 * @property {number} room how many more the last part could take
 * @property {string | null} because the first character that the GSM alphabet lacks
 */

/**
 * Cut a text as the daemon will; no part splits an escape pair, a surrogate pair or a grapheme cluster.
 *
 * @param {string} text
 * @returns {Segments}
 */
export function segment(text) {
    const because = [...text].find((char) => !SEPTETS.has(char)) ?? null;
    const encoding = because === null ? "gsm7" : "ucs2";
    const measure = because === null ? septets : units;
    const size = measure(text);
    if (size <= ALONE[encoding]) return { encoding, parts: [text], units: size, room: ALONE[encoding] - size, because };
    const pieces = because === null ? (text.match(/\r\n|[^]/gu) ?? []) : clusters(text);
    const { parts, last } = pack(pieces, JOINED[encoding], measure);
    return { encoding, parts, units: size, room: JOINED[encoding] - last, because };
}

/** @param {string} text */
function septets(text) {
    let sum = 0;
    for (const char of text) sum += SEPTETS.get(char) ?? 0;
    return sum;
}

/** @param {string} text */
function units(text) {
    return text.length;
}

/** @param {string} text @returns {string[]} */
function clusters(text) {
    return Array.from(graphemes.segment(text), (found) => found.segment);
}

/**
 * @param {string[]} pieces
 * @param {number} limit
 * @param {(piece: string) => number} measure
 */
function pack(pieces, limit, measure) {
    const parts = [];
    let part = "";
    let size = 0;
    for (const piece of pieces) {
        const atoms = measure(piece) <= limit ? [piece] : [...piece];
        for (const atom of atoms) {
            const weight = measure(atom);
            if (size + weight > limit) {
                parts.push(part);
                part = "";
                size = 0;
            }
            part += atom;
            size += weight;
        }
    }
    parts.push(part);
    return { parts, last: size };
}
