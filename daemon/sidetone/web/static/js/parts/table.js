// @ts-check
import { h, html, useLayoutEffect, useRef } from "../lib/ui.js";
import { t } from "../lib/words.js";
import { PAGE, useExport } from "../table.js";
import { Edge } from "./columns.js";
import { Empty, Trouble } from "./empty.js";
import { Icon } from "./icon.js";
import { entered } from "./save-contact.js";

/** @typedef {import("../table.js").Column} Column */
/** @typedef {import("../table.js").Pages} Pages */
/**
 * @typedef {object} Looks
 * @property {(row: any) => string} [groupOf] the heading above rows of one kind, which stand together
 * @property {import("./columns.js").Widths} [widths] columns whose widths can be chosen
 * @property {boolean} [lines] between all cells
 */

/**
 * Every table: sorted by a press on a column's head, paged, taken along as CSV. Up and down go from
 * row to row. On a phone each row is a card, and what it is sorted by is chosen above.
 *
 * @param {object} props
 * @param {string} props.name also that of the exported file
 * @param {string} props.label
 * @param {Column[]} props.columns
 * @param {Pages} props.pages
 * @param {(row: any) => string} props.keyOf
 * @param {(row: any) => Record<string, unknown>} [props.marks] attributes of the row
 * @param {Looks} [props.looks]
 * @param {{icon: string, title: string, text: string}} props.empty
 * @param {boolean} [props.exports]
 * @param {import("../lib/ui.js").Children} [props.children] the filters
 */
export function Table({ name, label, columns, pages, keyOf, marks, looks = {}, empty, exports: may = true, children }) {
    const { found, fault, busy } = pages;
    return html`<div class="table-head">
            ${children} ${h(SortChoice, { columns, pages })} ${may && h(Export, { name, columns, pages })}
        </div>
        ${fault !== null && h(Trouble, { fault, again: pages.again })}
        ${!found ? fault === null && html`<p class="busy" role="status">${t("reading")}</p>` : found.items.length ? h(Rows, { label, columns, pages, keyOf, marks, looks, busy }) : h(Empty, empty)}
        ${found && h(Pager, { pages })}`;
}

/** @param {{label: string, columns: Column[], pages: Pages, keyOf: (row: any) => string, marks?: (row: any) => Record<string, unknown>, looks: Looks, busy: boolean}} props */
function Rows({ label, columns, pages, keyOf, marks, looks, busy }) {
    const { groupOf, widths, lines } = looks;
    const items = pages.found?.items ?? [];
    const headed = (/** @type {number} */ at) => {
        const name = groupOf?.(items[at]) ?? "";
        return name && (at === 0 || name !== groupOf?.(items[at - 1])) ? name : "";
    };
    const sized = widths && Object.keys(widths.widths.value).length > 0;
    return html`<div class="table-box" role="region" aria-label=${label} tabindex="0">
        <table class="data ${sized ? "sized" : ""} ${lines ? "lined" : ""}" aria-busy=${busy}>
            <thead>
                <tr>
                    ${columns.map((column) => h(Head, { key: column.id, column, pages, widths }))}
                </tr>
            </thead>
            <tbody onKeyDown=${walk}>
                ${items.map(
                    (row, at) => html`${headed(at) && html`<tr class="group-head"><th colspan=${columns.length} scope="rowgroup">${headed(at)}</th></tr>`}<tr key=${keyOf(row)} ...${marks?.(row) ?? {}}>
                        ${columns.map(({ id, title, head, plain, cell }) => (head ? html`<th key=${id} scope="row">${cell(row)}</th>` : html`<td key=${id} data-label=${plain ? "" : title}>${cell(row)}</td>`))}
                    </tr>`,
                )}
            </tbody>
        </table>
    </div>`;
}

/** @param {{column: Column, pages: Pages, widths?: import("./columns.js").Widths}} props */
function Head({ column, pages, widths }) {
    const { id, title, sorts, plain } = column;
    const head = useRef(/** @type {HTMLTableCellElement | null} */ (null));
    const width = widths?.widths.value[id];
    useLayoutEffect(() => {
        if (width) head.current?.style.setProperty("--width", `${width}px`);
        else head.current?.style.removeProperty("--width");
    }, [width]);
    const how = pages.sort === id ? "ascending" : pages.sort === `-${id}` ? "descending" : undefined;
    const words = sorts ? html`<button type="button" class="sort ${how ?? ""}" onClick=${() => pages.sortBy(id)}>${title}${h(Icon, { name: "chevron" })}</button>` : plain ? html`<span class="only-heard">${title}</span>` : title;
    return html`<th scope="col" ref=${head} aria-sort=${how}>${words}${widths && !plain && h(Edge, { widths, id, title })}</th>`;
}

/** What stands in for the heads where there is no room for them. @param {{columns: Column[], pages: Pages}} props */
function SortChoice({ columns, pages }) {
    const sorting = columns.filter((each) => each.sorts);
    if (!sorting.length) return null;
    return html`<select class="sort-choice" aria-label=${t("table.sort")} value=${pages.sort} onChange=${entered(pages.sortAs)}>
        ${sorting.every((each) => each.id !== pages.sort) && html`<option value=${pages.sort}>${t("table.unsorted")}</option>`}
        ${sorting.flatMap(({ id, title }) => [id, `-${id}`].map((how, down) => html`<option key=${how} value=${how} selected=${how === pages.sort}>${title} ${down ? "↓" : "↑"}</option>`))}
    </select>`;
}

/** @param {{name: string, columns: Column[], pages: Pages}} props */
function Export({ name, columns, pages }) {
    const { count, press } = useExport(pages, columns, name);
    const words = count === null ? t("opt_out.export") : t("table.exporting", { n: count });
    return html`<button type="button" class="button table-export" onClick=${press}>${h(Icon, { name: count === null ? "down" : "close" })}${words}</button>`;
}

/** @param {{pages: Pages}} props */
function Pager({ pages }) {
    const { found, skipped, back } = pages;
    if (!found || (!back && !found.next && (found.total ?? 0) <= PAGE && !found.items.length)) return null;
    const last = skipped + found.items.length;
    const words = found.total === undefined ? t("table.page", { n: skipped / PAGE + 1 }) : t("table.range", { from: Math.min(skipped + 1, last), to: last, total: found.total });
    return html`<div class="pager">
        <p role="status">${words}</p>
        ${(back || found.next) &&
        html`<button type="button" class="round" aria-label=${t("table.back")} title=${t("table.back")} disabled=${!back} onClick=${back}>${h(Icon, { name: "back" })}</button>
            <button type="button" class="round forward" aria-label=${t("table.forward")} title=${t("table.forward")} disabled=${!found.next} onClick=${pages.forward}>${h(Icon, { name: "back" })}</button>`}
    </div>`;
}

/** Up and down go to the same thing of the next row. @param {KeyboardEvent} event */
function walk(event) {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const from = event.target instanceof HTMLElement && !event.target.matches("input, select, textarea") ? event.target.closest("tr") : null;
    if (!step || !from || !(event.currentTarget instanceof HTMLElement)) return;
    const stops = (/** @type {Element | null | undefined} */ row) => Array.from(row?.querySelectorAll("a, button") ?? []);
    const rows = Array.from(event.currentTarget.querySelectorAll("tr"));
    const there = stops(rows[rows.indexOf(from) + step]);
    const next = there[Math.min(stops(from).findIndex((each) => each === event.target), there.length - 1)];
    if (!(next instanceof HTMLElement)) return;
    event.preventDefault();
    next.focus();
}
