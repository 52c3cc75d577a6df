// @ts-check
// Hours in which nothing rings: from one clock time to another, over midnight too.

/** @typedef {{on: boolean, from: string, to: string}} Quiet clock times such as "22:00" */

/** @param {Quiet} quiet @param {Date} now */
export function isQuiet({ on, from, to }, now) {
    if (!on || from === to) return false;
    const clock = `${String(now.getHours()).padStart(2, "0")}:${String(now.getMinutes()).padStart(2, "0")}`;
    return from < to ? from <= clock && clock < to : clock >= from || clock < to;
}
