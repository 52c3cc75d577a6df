// @ts-check
import { day, sameDay } from "../lib/time.js";
import { h, html, useEffect, useRef, useState } from "../lib/ui.js";
import { t } from "../lib/words.js";
import { Bubble } from "./bubble.js";

/** @typedef {import("../types.js").MessageView} MessageView */

/** Closer than this, and of one side, two messages are drawn as one run; in ms. */
const RUN = 5 * 60_000;
/** How far outside the view a block is still drawn. */
const MARGIN = "1600px";

/**
 * @typedef {object} BlockProps
 * @property {import("../thread-pages.js").Block} block
 * @property {MessageView | null} before the last message of the block above
 * @property {string} currentId the message that Tab reaches
 * @property {string} newestId
 * @property {string} firstNewId the first message that was unread when the thread was opened
 * @property {import("../thread-pages.js").Place | null} shown the message that was looked for
 * @property {(id: string) => void} openDetails
 */

/** A run of messages; far from view it is an empty box of the height that it had. @param {BlockProps} props */
export function BlockRows({ block, before, ...rest }) {
    const box = useRef(/** @type {HTMLDivElement | null} */ (null));
    const near = useNear(box, rest.shown !== null && block.holds(rest.shown.id) ? rest.shown : null);
    const items = block.items.value;
    if (!near) return html`<div class="block away" ref=${box}></div>`;
    return html`<div class="block" ref=${box}>
        ${items.map((message, at) => h(Line, { key: message.id, message, before: items[at - 1] ?? before, ...rest }))}
    </div>`;
}

/** @param {{current: HTMLElement | null}} box @param {import("../thread-pages.js").Place | null} wanted in this block: drawn until it is scrolled to */
function useNear(box, wanted) {
    const [near, setNear] = useState(true);
    const drawn = useRef(wanted);
    const latest = useRef(wanted);
    latest.current = wanted;
    useEffect(() => {
        const element = box.current;
        if (!element) return undefined;
        const watcher = new IntersectionObserver(
            (entries) => {
                const entry = entries.at(-1);
                if (!entry) return;
                if (!entry.isIntersecting) element.style.setProperty("--height", `${entry.boundingClientRect.height}px`);
                drawn.current = latest.current;
                setNear(entry.isIntersecting);
            },
            { root: element.closest(".thread-scroll"), rootMargin: `${MARGIN} 0px` },
        );
        watcher.observe(element);
        return () => watcher.disconnect();
    }, []);
    return near || (wanted !== null && wanted !== drawn.current);
}

/** @param {{message: MessageView, before: MessageView | null} & Omit<BlockProps, "block" | "before">} props */
function Line({ message, before, currentId, newestId, firstNewId, shown, openDetails }) {
    const newDay = !before || !sameDay(before.created_at, message.created_at);
    const firstNew = message.id === firstNewId;
    const joined = !newDay && !firstNew && before?.direction === message.direction && near(before, message);
    const bubble = h(Bubble, { message, joined, openDetails, current: message.id === currentId, newest: message.id === newestId, sought: message.id === shown?.id && shown.offset === undefined });
    return html`${newDay && html`<div class="day"><span>${day(message.created_at)}</span></div>`}
    ${firstNew && html`<div class="new-mark"><span>${t("thread.new")}</span></div>`} ${bubble}`;
}

/** @param {MessageView} a @param {MessageView} b */
function near(a, b) {
    return Date.parse(b.created_at) - Date.parse(a.created_at) < RUN;
}
