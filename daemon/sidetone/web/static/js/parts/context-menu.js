// @ts-check
// What one can do with the thing under the pointer: by the right button, the menu key, or a long touch (KU-44).

import { h, html, signal, useLayoutEffect, useRef } from "../lib/ui.js";
import { Icon } from "./icon.js";
import { step } from "./menu.js";

/** @typedef {import("./menu.js").Choice} Choice */
/** @typedef {{label: string, choices: Choice[], x: number, y: number, from: Element | null}} Open */

const LONG_TOUCH = 500;
const EDGE = 8;

/** @type {import("../lib/ui.js").Signal<Open | null>} */
const open = signal(null);

/**
 * What an element needs so that its commands open; spread into its properties.
 *
 * @param {string} label
 * @param {() => Choice[]} choices
 */
export function contextOf(label, choices) {
    let timer = 0;
    const stop = () => clearTimeout(timer);
    const show = (/** @type {Element | null} */ from, /** @type {number} */ x, /** @type {number} */ y) => (open.value = { label, choices: choices(), x, y, from });
    return {
        onContextMenu: (/** @type {MouseEvent} */ event) => {
            const chosen = getSelection()?.toString();
            if (chosen || (event.target instanceof Element && event.target.closest("a[target], input, textarea"))) return; // the browser's own
            event.preventDefault();
            stop();
            const from = event.currentTarget instanceof HTMLElement ? event.currentTarget : null;
            const box = from?.getBoundingClientRect();
            const byKey = !event.clientX && !event.clientY;
            show(from, byKey ? (box?.left ?? 0) + 48 : event.clientX, byKey ? (box?.top ?? 0) + 32 : event.clientY);
        },
        onTouchStart: (/** @type {TouchEvent} */ event) => {
            const at = event.touches[0];
            const from = event.currentTarget instanceof HTMLElement ? event.currentTarget : null;
            stop();
            if (at) timer = setTimeout(() => show(from, at.clientX, at.clientY), LONG_TOUCH);
        },
        onTouchEnd: (/** @type {TouchEvent} */ event) => {
            stop();
            if (open.peek()) event.preventDefault(); // the touch that opened it is no click
        },
        onTouchMove: stop,
        onTouchCancel: stop,
    };
}

/** The same below a button, for whoever does not know of it. @param {string} label @param {Choice[]} choices @param {Event} event */
export function openBelow(label, choices, event) {
    const from = event.currentTarget instanceof Element ? event.currentTarget : null;
    const box = from?.getBoundingClientRect();
    open.value = { label, choices, x: box?.left ?? 0, y: box?.bottom ?? 0, from };
}

/** Where it appears; stands once in the page. */
export function ContextMenu() {
    const now = open.value;
    return now && html`<section aria-label=${now.label}>${h(Shown, { key: now.label, now })}</section>`;
}

/** @param {{now: Open}} props */
function Shown({ now }) {
    const box = useRef(/** @type {HTMLDivElement | null} */ (null));
    const items = () => Array.from(box.current?.querySelectorAll("[role=menuitem]") ?? []).filter((each) => each instanceof HTMLElement);
    useLayoutEffect(() => {
        const menu = box.current;
        if (!menu) return;
        menu.style.setProperty("--x", `${Math.max(EDGE, Math.min(now.x, innerWidth - menu.offsetWidth - EDGE))}px`);
        menu.style.setProperty("--y", `${Math.max(EDGE, Math.min(now.y, innerHeight - menu.offsetHeight - EDGE))}px`);
        items()[0]?.focus();
    }, [now]);
    const close = () => {
        open.value = null;
        const from = now.from?.matches("a, button, [tabindex]") ? now.from : now.from?.querySelector("a, button");
        if (from instanceof HTMLElement && from.isConnected) from.focus();
    };
    const key = (/** @type {KeyboardEvent} */ event) => {
        event.stopPropagation();
        if (event.key === "Escape" || event.key === "Tab") close();
        else if (!step(items(), event.key)) return;
        event.preventDefault();
    };
    const left = (/** @type {FocusEvent} */ event) => {
        if (!(event.relatedTarget instanceof Node && box.current?.contains(event.relatedTarget))) open.value = null;
    };
    const pick = (/** @type {Choice} */ choice) => () => {
        close();
        choice.act();
    };
    return html`<div class="menu context" role="menu" aria-label=${now.label} ref=${box} onKeyDown=${key} onFocusOut=${left} onContextMenu=${(/** @type {Event} */ event) => event.preventDefault()}>
        ${now.choices.map(
            (choice) => html`<button type="button" role="menuitem" tabindex="-1" class=${choice.danger ? "danger" : ""} onClick=${pick(choice)}>
                ${h(Icon, { name: choice.icon })}${choice.label}
            </button>`,
        )}
    </div>`;
}
