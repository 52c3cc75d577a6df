// @ts-check
// The widths of a table's columns: drawn by the edge of a head, or by arrows, and kept in this browser.

import { read, write } from "../lib/storage.js";
import { html, signal, useRef } from "../lib/ui.js";
import { t } from "../lib/words.js";

/** @typedef {ReturnType<typeof widthsOf>} Widths */

const [LEAST, MOST, STEP] = [64, 800, 16]; // px

/** The widths of a table's columns, by their id; a column without one takes what is left. @param {string} table */
export function widthsOf(table) {
    const name = `widths.${table}`;
    const widths = signal(load(name));
    const keep = (/** @type {Record<string, number>} */ next) => {
        widths.value = next;
        write(name, Object.keys(next).length ? JSON.stringify(next) : null);
    };
    return {
        widths,
        set: (/** @type {string} */ id, /** @type {number} */ px) => keep({ ...widths.peek(), [id]: Math.round(Math.max(LEAST, Math.min(MOST, px))) }),
        reset: () => keep({}),
    };
}

/** @param {string} name @returns {Record<string, number>} */
function load(name) {
    try {
        const kept = Object.entries(JSON.parse(read(name) ?? "{}"));
        return Object.fromEntries(kept.filter(([, px]) => typeof px === "number" && px >= LEAST && px <= MOST));
    } catch {
        return {};
    }
}

/** The edge that is drawn. @param {{widths: Widths, id: string, title: string}} props */
export function Edge({ widths, id, title }) {
    const start = useRef(/** @type {{x: number, px: number} | null} */ (null));
    const present = (/** @type {Event} */ event) => (event.currentTarget instanceof Element ? (event.currentTarget.closest("th")?.getBoundingClientRect().width ?? LEAST) : LEAST);
    const down = (/** @type {PointerEvent} */ event) => {
        if (!(event.currentTarget instanceof Element)) return;
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
        start.current = { x: event.clientX, px: present(event) };
    };
    const move = (/** @type {PointerEvent} */ event) => start.current && widths.set(id, start.current.px + event.clientX - start.current.x);
    const key = (/** @type {KeyboardEvent} */ event) => {
        const by = event.key === "ArrowLeft" ? -STEP : event.key === "ArrowRight" ? STEP : 0;
        if (!by) return;
        event.preventDefault();
        widths.set(id, present(event) + by);
    };
    const now = widths.widths.value[id];
    return html`<span
        class="edge"
        role="separator"
        aria-orientation="vertical"
        tabindex="0"
        aria-label=${t("activity.width_of", { title })}
        aria-valuemin=${LEAST}
        aria-valuemax=${MOST}
        aria-valuenow=${now ?? LEAST}
        aria-valuetext=${now ? `${now} px` : t("activity.width_auto")}
        onPointerDown=${down}
        onPointerMove=${move}
        onPointerUp=${() => (start.current = null)}
        onPointerCancel=${() => (start.current = null)}
        onKeyDown=${key}
    ></span>`;
}
