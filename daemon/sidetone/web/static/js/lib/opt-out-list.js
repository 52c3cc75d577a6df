// @ts-check
// An opt-out list that was kept elsewhere, as rows that the daemon takes.

import { parseCsv } from "./csv.js";

/** @typedef {{line: number, row: import("../types.js").NewOptOut}} Entry */
/** @typedef {{line: number, words: import("./words.js").Key}} Fault */

export const MOST_ROWS = 10_000;
export const LARGEST_FILE = 2 * 1024 * 1024;
const BATCH = 100;
const LONGEST = { party: 64, number: 64, wording: 200 };

/**
 * What a file says. With a first line that names `party`, columns may stand in any order and what was lifted is left
 * out, so that an export can be brought in; else the columns are party, number and wording.
 *
 * @param {string} text
 * @returns {{entries: Entry[], faults: Fault[]}}
 */
export function readOptOutList(text) {
    const rows = text.length > LARGEST_FILE ? [] : parseCsv(text);
    if (text.length > LARGEST_FILE || (rows && rows.length > MOST_ROWS + 1)) return { entries: [], faults: [{ line: 0, words: "import.too_large" }] };
    if (!rows) return { entries: [], faults: [{ line: 0, words: "import.no_csv" }] };
    const head = rows[0]?.cells.map((name) => name.toLowerCase()) ?? [];
    const named = head.includes("party");
    const names = named ? head : ["party", "number", "wording"];
    /** @type {Entry[]} */
    const entries = [];
    /** @type {Fault[]} */
    const faults = [];
    for (const { line, cells } of named ? rows.slice(1) : rows) {
        const of = (/** @type {string} */ name) => (cells[names.indexOf(name)] ?? "").replace(/^'(?=[=+@-])/, "");
        if (of("lifted_at")) continue;
        const [party, number, wording] = [of("party"), of("number"), of("wording").slice(0, LONGEST.wording)];
        if (!party) faults.push({ line, words: "import.no_party" });
        else if (party.length > LONGEST.party || number.length > LONGEST.number) faults.push({ line, words: "import.too_long" });
        else entries.push({ line, row: { party, number: number && number !== "company" ? number : null, wording } });
    }
    return { entries, faults };
}

/** Few enough at once for one request. @param {Entry[]} entries @returns {Entry[][]} */
export function batches(entries) {
    return Array.from({ length: Math.ceil(entries.length / BATCH) }, (_, at) => entries.slice(at * BATCH, (at + 1) * BATCH));
}
