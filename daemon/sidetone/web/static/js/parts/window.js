// @ts-check
import { h, html, useLayoutEffect, useRef, useState } from "../lib/ui.js";

/** Rows drawn beyond each edge of the view. */
const MORE = 8;
/** Asked for more when so many rows remain. */
const SOON = 12;
const GUESS = 72;

/**
 * A list of rows of one height of which only those near the view exist.
 *
 * @param {object} props
 * @param {number} props.count
 * @param {string} props.label
 * @param {(place: number) => string} props.keyAt
 * @param {(place: number) => import("../lib/ui.js").Node} props.rowAt
 * @param {() => void} props.nearEnd
 * @param {import("../lib/ui.js").Children} [props.children] what stands below the last row
 */
export function Windowed({ count, label, keyAt, rowAt, nearEnd, children }) {
    const box = useRef(/** @type {HTMLDivElement | null} */ (null));
    const list = useRef(/** @type {HTMLUListElement | null} */ (null));
    const [view, setView] = useState({ top: 0, height: 800, row: GUESS });
    const first = Math.max(0, Math.floor(view.top / view.row) - MORE);
    const last = Math.min(count, Math.ceil((view.top + view.height) / view.row) + MORE);
    const places = Array.from({ length: Math.max(0, last - first) }, (_, at) => first + at);
    const measure = () => {
        const height = list.current?.firstElementChild?.getBoundingClientRect().height || GUESS;
        const next = { top: box.current?.scrollTop ?? 0, height: box.current?.clientHeight ?? 0, row: height };
        if (Math.abs(next.top - view.top) >= height || next.height !== view.height || next.row !== view.row) setView(next);
        if (last > count - SOON) nearEnd();
    };
    useLayoutEffect(() => {
        list.current?.style.setProperty("--before", `${first * view.row}px`);
        list.current?.style.setProperty("--after", `${(count - last) * view.row}px`);
    });
    useLayoutEffect(measure);
    useSize(box, measure);
    return html`<div class="windowed" ref=${box} onScroll=${measure}>
        <ul ref=${list} aria-label=${label}>
            ${places.map((at) => h(Slot, { key: keyAt(at), at, of: count, children: rowAt(at) }))}
        </ul>
        ${children}
    </div>`;
}

/** @param {{at: number, of: number, children: import("../lib/ui.js").Children}} props */
function Slot({ at, of, children }) {
    return html`<li data-place=${at} aria-posinset=${at + 1} aria-setsize=${of}>${children}</li>`;
}

/** @param {{current: Element | null}} box @param {() => void} changed */
function useSize(box, changed) {
    const act = useRef(changed);
    act.current = changed;
    useLayoutEffect(() => {
        if (!box.current) return undefined;
        const sizes = new ResizeObserver(() => act.current());
        sizes.observe(box.current);
        return () => sizes.disconnect();
    }, []);
}

/** Move the focus along the rows, from the focused one or from the one shown. @param {1 | -1} by */
export function focusRow(by) {
    const box = document.querySelector(".windowed");
    const rows = Array.from(box?.querySelectorAll("li > a") ?? []);
    const from = rows.find((each) => each === document.activeElement) ?? rows.find((each) => each.ariaCurrent === "page");
    const next = from ? rows[rows.indexOf(from) + by] : rows[0];
    if (next instanceof HTMLElement) {
        next.focus();
        next.scrollIntoView({ block: "nearest" });
    }
}
