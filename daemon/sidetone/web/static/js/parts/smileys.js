// @ts-check
import { h, html, useEffect, useRef, useState } from "../lib/ui.js";
import { t } from "../lib/words.js";
import { Icon } from "./icon.js";
import { step } from "./menu.js";

const SMILEYS =
    "😀 😃 😄 😁 😅 😂 🙂 😉 😊 😍 😘 😎 🤔 😐 🙄 😴 😕 😟 😢 😭 😡 😱 🤒 🤗 👍 👎 👌 👋 👏 🙏 💪 🤝 ❤️ 💔 🔥 ✨ 🎉 🎁 ☕ 🍕 🌞 🌧️ ⏰ 📞 📦 🚗 🏠 ✅".split(" ");
const COLUMNS = 8;

/** A list of small pictures to put into a text (PC-10); arrows move in it, Esc closes it. @param {{pick: (smiley: string) => void}} props */
export function Smileys({ pick }) {
    const [open, setOpen] = useState(false);
    const box = useRef(/** @type {HTMLDivElement | null} */ (null));
    const all = () => Array.from(box.current?.querySelectorAll("[role=menuitem]") ?? []).filter((each) => each instanceof HTMLElement);
    useEffect(() => {
        if (open) all()[0]?.focus();
    }, [open]);
    const key = (/** @type {KeyboardEvent} */ event) => {
        if (event.key === "Escape") {
            setOpen(false);
            box.current?.querySelector("button")?.focus();
        } else if (!across(all(), event.key)) return;
        event.preventDefault();
        event.stopPropagation();
    };
    const left = (/** @type {FocusEvent} */ event) => {
        if (!(event.relatedTarget instanceof Node && box.current?.contains(event.relatedTarget))) setOpen(false);
    };
    const choose = (/** @type {string} */ smiley) => () => {
        setOpen(false);
        pick(smiley);
    };
    return html`<div class="menu-box smiley-box" ref=${box} onFocusOut=${left}>
        <button type="button" class="round" aria-haspopup="menu" aria-expanded=${open} aria-label=${t("smileys")} title=${t("smileys")} onClick=${() => setOpen(!open)}>
            ${h(Icon, { name: "smile" })}
        </button>
        ${open &&
        html`<div class="menu smileys" role="menu" aria-label=${t("smileys")} onKeyDown=${key}>
            ${SMILEYS.map((each) => html`<button type="button" role="menuitem" tabindex="-1" onClick=${choose(each)}>${each}</button>`)}
        </div>`}
    </div>`;
}

/** @param {HTMLElement[]} all @param {string} key */
function across(all, key) {
    const at = all.findIndex((each) => each === document.activeElement);
    const rows = /** @type {Record<string, number | undefined>} */ ({ ArrowDown: COLUMNS, ArrowUp: -COLUMNS })[key];
    if (rows !== undefined) {
        all[Math.max(0, Math.min(all.length - 1, at + rows))]?.focus();
        return true;
    }
    return step(all, /** @type {Record<string, string>} */ ({ ArrowRight: "ArrowDown", ArrowLeft: "ArrowUp" })[key] ?? key);
}
