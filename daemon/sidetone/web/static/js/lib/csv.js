// @ts-check
// CSV as RFC 4180 has it, and as spreadsheets write it: with commas, semicolons or tabs.

/** @typedef {{line: number, cells: string[]}} Row */

/**
 * The rows that are not empty, each with the line it begins on; null when a quoted cell never ends.
 *
 * @param {string} text
 * @returns {Row[] | null}
 */
export function parseCsv(text) {
    const plain = text.replace(/^\uFEFF/, "");
    const apart = separatorOf(plain.slice(0, plain.search(/[\r\n]|$/)));
    const cell = new RegExp(`(?:"((?:[^"]|"")*)"|([^"${apart}\\r\\n][^${apart}\\r\\n]*)?)(${apart}|\\r\\n|\\r|\\n|$)`, "y");
    /** @type {Row[]} */
    const rows = [];
    let row = { line: 1, cells: /** @type {string[]} */ ([]) };
    for (let line = 1; ; ) {
        const found = cell.exec(plain);
        if (!found) return null;
        const [whole, quoted, bare = "", end] = found;
        row.cells.push((quoted === undefined ? bare : quoted.replaceAll('""', '"')).trim());
        line += whole.match(/\r\n|\r|\n/g)?.length ?? 0;
        if (end === apart) continue;
        if (row.cells.some(Boolean)) rows.push(row);
        row = { line, cells: [] };
        if (!end || cell.lastIndex >= plain.length) return rows;
    }
}

/** @param {string} head the first line */
function separatorOf(head) {
    const count = (/** @type {string} */ mark) => head.split(mark).length;
    return [";", "\t"].reduce((best, mark) => (count(mark) > count(best) ? mark : best), ",");
}
