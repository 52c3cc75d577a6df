// @ts-check
import { h, html, useEffect, useRef, useState } from "../lib/ui.js";
import { Icon } from "./icon.js";

/** @typedef {{label: string, icon: string, act: () => void, danger?: boolean}} Choice */

/**
 * A button that opens a list of commands; arrows move, Esc closes and gives the focus back.
 *
 * @param {{label: string, icon: string, choices: Choice[]}} props
 */
export function Menu({ label, icon, choices }) {
    const [open, setOpen] = useState(false);
    const box = useRef(/** @type {HTMLDivElement | null} */ (null));
    useEffect(() => {
        if (open) items(box.current)[0]?.focus();
    }, [open]);
    const close = () => {
        setOpen(false);
        box.current?.querySelector("button")?.focus();
    };
    const left = (/** @type {FocusEvent} */ event) => {
        if (!(event.relatedTarget instanceof Node && box.current?.contains(event.relatedTarget))) setOpen(false);
    };
    return html`<div class="menu-box" ref=${box} onFocusOut=${left}>
        <button
            type="button"
            class="round"
            aria-haspopup="menu"
            aria-expanded=${open}
            aria-label=${label}
            title=${label}
            onClick=${() => setOpen(!open)}
        >
            ${h(Icon, { name: icon })}
        </button>
        ${open && h(Choices, { label, choices, close, box })}
    </div>`;
}

/** @param {{label: string, choices: Choice[], close: () => void, box: {current: HTMLElement | null}}} props */
function Choices({ label, choices, close, box }) {
    const pick = (/** @type {Choice} */ choice) => () => {
        close();
        choice.act();
    };
    const key = (/** @type {KeyboardEvent} */ event) => {
        event.stopPropagation();
        if (event.key === "Escape") close();
        else if (!step(items(box.current), event.key)) return;
        event.preventDefault();
    };
    return html`<div class="menu" role="menu" aria-label=${label} onKeyDown=${key}>
        ${choices.map(
            (choice) => html`<button type="button" role="menuitem" tabindex="-1" class=${choice.danger ? "danger" : ""} onClick=${pick(choice)}>
                ${h(Icon, { name: choice.icon })}${choice.label}
            </button>`,
        )}
    </div>`;
}

/** @param {HTMLElement | null} box @returns {HTMLElement[]} */
function items(box) {
    return Array.from(box?.querySelectorAll("[role=menuitem]") ?? []).filter((each) => each instanceof HTMLElement);
}

/**
 * Move the focus as a key asks; answers whether it was such a key.
 *
 * @param {HTMLElement[]} all
 * @param {string} key
 * @param {boolean} [around] whether the end leads back to the start
 */
export function step(all, key, around = true) {
    const at = all.findIndex((each) => each === document.activeElement);
    const places = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 };
    const place = /** @type {Record<string, number | undefined>} */ (places)[key];
    if (place === undefined || !all.length) return false;
    all[around ? (place + all.length) % all.length : place]?.focus();
    return true;
}
