// @ts-check
// CSV as RFC 4180 has it, safe to open in a spreadsheet, handed to the person as a file.

const FORMULA = /^[=+\-@\t\r]/;
const A_NUMBER = /^\+\d+$/;

/** One line; what a spreadsheet would take for a formula gets an apostrophe in front, phone numbers are none. @param {string[]} cells */
export function csvLine(cells) {
    return `${cells.map(cellOf).join(",")}\r\n`;
}

/** @param {string} text */
function cellOf(text) {
    const safe = FORMULA.test(text) && !A_NUMBER.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Let the browser save a file. @param {string} name @param {string} text */
export function saveCsv(name, text) {
    const address = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
    const link = document.createElement("a");
    link.href = address;
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
