// @ts-check
// A table's pages: asked from the daemon one at a time, or cut from rows that are here already.

import { csvLine, saveCsv } from "./lib/csv-out.js";
import { useEffect, useRef, useState } from "./lib/ui.js";
import { language, t } from "./lib/words.js";
import { tell, trying } from "./parts/toast.js";

/**
 * @typedef {object} Column
 * @property {string} id what the rows are sorted by, as the daemon calls it
 * @property {string} title
 * @property {(row: any) => unknown} cell
 * @property {(row: any) => string} [text] the same for CSV; a column without it is not exported
 * @property {boolean} [sorts]
 * @property {(row: any) => string | number} [key] what rows that are here are sorted by
 * @property {boolean} [head] it names the row
 * @property {boolean} [plain] what is in it needs no title that is seen
 */
/** @typedef {{sort: string, after: string | undefined, limit: number, signal?: AbortSignal}} Asked */
/** @typedef {{items: any[], next: string | null, total?: number}} Found */
/** @typedef {ReturnType<typeof usePages>} Pages */

export const PAGE = 50;
const EXPORT_PAGE = 200;
const MOST_EXPORTED = 50_000;
/** A page that found nothing yet is followed so often by itself: far back in a long log. */
const MOST_SHORT = 25;

/**
 * The pages of a table; `filter` is anything that begins anew at the first page when it changes.
 *
 * @param {(asked: Asked) => Promise<Found>} read
 * @param {unknown} filter
 * @param {string} [first] how it is sorted at first, with a dash in front from the end
 */
export function usePages(read, filter, first = "") {
    const [sort, setSort] = useState(first);
    const [starts, setStarts] = useState(/** @type {(string | undefined)[]} */ ([undefined]));
    const [found, setFound] = useState(/** @type {Found | null} */ (null));
    const [fault, setFault] = useState(/** @type {unknown} */ (null));
    const [busy, setBusy] = useState(false);
    const key = JSON.stringify(filter);
    const last = useRef(key);
    const at = last.current === key ? starts : [undefined];
    const fetch = async (/** @type {AbortSignal | undefined} */ signal = undefined) => {
        setBusy(true);
        try {
            setFound(await readOn(read, { sort, after: at[at.length - 1], limit: PAGE, signal }));
            setFault(null);
        } catch (thrown) {
            if (!signal?.aborted) setFault(thrown);
        }
        if (!signal?.aborted) setBusy(false);
    };
    useEffect(() => {
        const abort = new AbortController();
        if (last.current !== key) {
            last.current = key;
            setStarts([undefined]);
        }
        void fetch(abort.signal);
        return () => abort.abort();
    }, [key, sort, at[at.length - 1]]);
    return {
        sort,
        found,
        fault,
        busy,
        /** How many rows lie before this page, as far as pages are whole. */
        skipped: (at.length - 1) * PAGE,
        again: () => fetch(),
        sortBy: (/** @type {string} */ id) => (setSort(sort === id ? `-${id}` : id), setStarts([undefined])),
        sortAs: (/** @type {string} */ how) => (setSort(how), setStarts([undefined])),
        forward: () => found?.next && setStarts([...at, found.next]),
        back: at.length > 1 ? () => setStarts(at.slice(0, -1)) : null,
        readAll: (/** @type {(page: Found) => boolean} */ take, /** @type {AbortSignal} */ signal) => everything(read, sort, take, signal),
    };
}

/** A page with something in it, or the end. @param {(asked: Asked) => Promise<Found>} read @param {Asked} asked */
async function readOn(read, asked) {
    let found = await read(asked);
    for (let tries = 0; !found.items.length && found.next && tries < MOST_SHORT; tries += 1) {
        found = await read({ ...asked, after: found.next });
    }
    return found;
}

/** @param {(asked: Asked) => Promise<Found>} read @param {string} sort @param {(page: Found) => boolean} take @param {AbortSignal} signal */
async function everything(read, sort, take, signal) {
    let after = /** @type {string | undefined} */ (undefined);
    do {
        const page = await read({ sort, after, limit: EXPORT_PAGE, signal });
        if (!take(page)) return;
        after = page.next ?? undefined;
    } while (after !== undefined);
}

/** Rows that are here already, as if they were asked for. @param {any[]} rows @param {Column[]} columns @returns {(asked: Asked) => Promise<Found>} */
export function cutting(rows, columns) {
    return async ({ sort, after, limit }) => {
        const id = sort.replace(/^-/, "");
        const key = columns.find((each) => each.id === id)?.key;
        const sorted = key ? [...rows].sort((a, b) => compare(key(a), key(b)) * (sort.startsWith("-") ? -1 : 1)) : rows;
        const from = Number(after ?? 0);
        return { items: sorted.slice(from, from + limit), next: from + limit < rows.length ? String(from + limit) : null, total: rows.length };
    };
}

/** @param {string | number} a @param {string | number} b */
function compare(a, b) {
    return typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), language.value, { numeric: true });
}

/** What is exported: all pages as the table is filtered and sorted; a second press stops it. @param {Pages} pages @param {Column[]} columns @param {string} name */
export function useExport(pages, columns, name) {
    const [count, setCount] = useState(/** @type {number | null} */ (null));
    const abort = useRef(/** @type {AbortController | null} */ (null));
    useEffect(() => () => abort.current?.abort(), []);
    const shown = columns.filter((each) => each.text);
    const begin = async () => {
        abort.current = new AbortController();
        const { signal } = abort.current;
        const lines = [csvLine(shown.map((each) => each.title))];
        setCount(0);
        await trying(async () => {
            await pages.readAll((page) => {
                lines.push(...page.items.map((row) => csvLine(shown.map((each) => each.text?.(row) ?? ""))));
                setCount(lines.length - 1);
                return !signal.aborted && lines.length <= MOST_EXPORTED;
            }, signal);
            if (!signal.aborted) saveCsv(`${name}.csv`, lines.join(""));
            if (lines.length > MOST_EXPORTED) tell(t("table.export_cut", { n: lines.length - 1 }));
        });
        setCount(null);
    };
    return { count, press: () => (count === null ? void begin() : abort.current?.abort()) };
}
