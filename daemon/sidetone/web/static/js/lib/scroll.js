// @ts-check
// Keeps what is read in its place while content grows above or below it, and the newest in view for those at the end.

import { signal } from "./ui.js";

/** This close to the end counts as at the end, in px. */
const AT_END = 48;

export class ScrollKeeper {
    /** @type {HTMLElement | null} */
    #scroller = null;
    /** The first row in view and how far below the top edge it was. @type {{row: Element, offset: number} | null} */
    #anchor = null;
    /** The content's height when all was last in place; another height means that a layout is still to be answered. */
    #height = 0;
    #stopAll = () => {};

    #isWhole;

    /** @param {() => boolean} [isWhole] whether the end of what is here is the newest */
    constructor(isWhole = () => true) {
        this.#isWhole = isWhole;
        /** Whether the newest is in view and shall stay so. */
        this.atEnd = signal(true);
    }

    /**
     * @param {HTMLElement} scroller
     * @param {HTMLElement} content its only child; rows in it carry `data-row`
     */
    attach(scroller, content) {
        this.#scroller = scroller;
        const scrolled = () => this.#note();
        const sizes = new ResizeObserver(() => this.#restore());
        sizes.observe(scroller);
        sizes.observe(content);
        scroller.addEventListener("scroll", scrolled, { passive: true });
        this.#stopAll = () => {
            sizes.disconnect();
            scroller.removeEventListener("scroll", scrolled);
        };
    }

    detach() {
        this.#stopAll();
        this.#scroller = null;
        this.#anchor = null;
    }

    toEnd() {
        const box = this.#scroller;
        if (!box) return;
        this.atEnd.value = true;
        this.#height = box.scrollHeight;
        box.scrollTop = box.scrollHeight;
    }

    /** Put a row so many px below the top of the view, or in its middle. @param {Element} row @param {number | "middle"} [offset] */
    toRow(row, offset = 0) {
        const box = this.#scroller;
        if (!box) return;
        const [view, place] = [box.getBoundingClientRect(), row.getBoundingClientRect()];
        const below = offset === "middle" ? Math.max(0, (view.height - place.height) / 2) : offset;
        this.#height = box.scrollHeight;
        box.scrollTop += place.top - view.top - below;
        this.#note();
    }

    /** The row at the top of the view and how far below the edge it begins; null at the end. */
    get place() {
        return this.atEnd.peek() || !this.#anchor?.row.isConnected ? null : this.#anchor;
    }

    #isAtEnd() {
        const box = this.#scroller;
        return box !== null && this.#isWhole() && box.scrollHeight - box.scrollTop - box.clientHeight < AT_END;
    }

    #note() {
        const box = this.#scroller;
        if (!box || box.scrollHeight !== this.#height) return;
        this.atEnd.value = this.#isAtEnd();
        const top = box.getBoundingClientRect().top;
        const row = firstBelow(box.querySelectorAll("[data-row]"), top);
        this.#anchor = row && { row, offset: row.getBoundingClientRect().top - top };
    }

    #restore() {
        const box = this.#scroller;
        if (!box) return;
        if (this.atEnd.peek()) {
            box.scrollTop = box.scrollHeight;
        } else if (this.#anchor?.row.isConnected) {
            const now = this.#anchor.row.getBoundingClientRect().top - box.getBoundingClientRect().top;
            box.scrollTop += now - this.#anchor.offset;
            this.atEnd.value = this.#isAtEnd();
        }
        this.#height = box.scrollHeight;
    }
}

/** The first of these rows, in order from the top, that reaches below `top`. @param {NodeListOf<Element>} rows @param {number} top */
function firstBelow(rows, top) {
    let low = 0;
    let high = rows.length;
    while (low < high) {
        const middle = (low + high) >> 1;
        if ((rows[middle]?.getBoundingClientRect().bottom ?? 0) > top) high = middle;
        else low = middle + 1;
    }
    return rows[low] ?? null;
}
