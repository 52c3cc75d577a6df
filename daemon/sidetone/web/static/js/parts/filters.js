// @ts-check
import { html, useEffect, useRef, useState } from "../lib/ui.js";
import { entered } from "./save-contact.js";

const SOON = 250;

/** What is looked for while it is typed. @param {{label: string, value: string, set: (words: string) => void}} props */
export function Search({ label, value, set }) {
    const [words, setWords] = useState(value);
    const timer = useRef(0);
    useEffect(() => () => clearTimeout(timer.current), []);
    const typed = (/** @type {string} */ text) => {
        setWords(text);
        clearTimeout(timer.current);
        timer.current = setTimeout(() => set(text.trim()), SOON);
    };
    return html`<input type="search" class="table-search" autocomplete="off" maxlength="64" placeholder=${label} aria-label=${label} value=${words} onInput=${entered(typed)} />`;
}

/** One of a few, or all. @param {{label: string, value: string, all: string, of: string[][], set: (value: string) => void}} props */
export function Choice({ label, value, all, of, set }) {
    return html`<select class="table-choice" aria-label=${label} title=${label} value=${value} onChange=${entered(set)}>
        <option value="" selected=${!value}>${all}</option>
        ${of.map(([id = "", words = ""]) => html`<option key=${id} value=${id} selected=${id === value}>${words}</option>`)}
    </select>`;
}
