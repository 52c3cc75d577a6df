// @ts-check
// What moves a thread: where it opens, what comes by itself at its ends, and the way to the newest.

import { explainFault } from "../api.js";
import { h, html, useEffect, useLayoutEffect, useRef } from "../lib/ui.js";
import { t } from "../lib/words.js";
import { go, place } from "../router.js";
import { Icon } from "./icon.js";
import { tell } from "./toast.js";

/** @typedef {import("../types.js").ConversationView} ConversationView */
/** @typedef {import("../thread-pages.js").Thread} Thread */
/** @typedef {import("../lib/scroll.js").ScrollKeeper} ScrollKeeper */

/** Further messages are asked for when an end comes this close. */
const SOON = "800px 0px";

/** @param {{current: HTMLDivElement | null}} box @param {{current: HTMLDivElement | null}} content @param {ScrollKeeper} keeper @param {Thread} kept */
export function useScroll(box, content, keeper, kept) {
    const ready = kept.state.value === "ready";
    const shown = kept.shown.value;
    useLayoutEffect(() => {
        if (box.current && content.current) keeper.attach(box.current, content.current);
        return () => keeper.detach();
    }, [keeper]);
    useLayoutEffect(() => {
        if (!ready || !box.current || kept.shown.peek()) return;
        keeper.toEnd();
        const mark = box.current.querySelector(".new-mark");
        const above = mark ? mark.getBoundingClientRect().top < box.current.getBoundingClientRect().top : false;
        if (mark && above) keeper.toRow(mark);
    }, [keeper, ready]);
    useLayoutEffect(() => {
        const row = shown && box.current?.querySelector(`[data-message="${CSS.escape(shown.id)}"]`);
        if (row instanceof HTMLElement) {
            keeper.toRow(row, shown?.offset ?? "middle");
            if (shown?.offset === undefined) row.focus({ preventScroll: true });
        } else if (shown && ready && shown.offset === undefined) tell(t("thread.gone"));
    }, [keeper, shown]);
}

/** Ask for more when an end of what is here comes near, until it could not be read. @param {{current: Element | null}} mark @param {boolean} wanted @param {number} blocks @param {() => void} act */
function useComing(mark, wanted, blocks, act) {
    useEffect(() => {
        if (!wanted || !mark.current) return undefined;
        const watcher = new IntersectionObserver((entries) => entries.at(-1)?.isIntersecting && act(), {
            root: mark.current.closest(".thread-scroll"),
            rootMargin: SOON,
        });
        watcher.observe(mark.current);
        return () => watcher.disconnect();
    }, [wanted, blocks]);
}

/** The way up: older messages come by themselves, or at a click when they could not. @param {{kept: Thread, found: ConversationView}} props */
export function Older({ kept, found }) {
    const mark = useRef(/** @type {HTMLDivElement | null} */ (null));
    const more = kept.hasOlder.value;
    const blocks = kept.blocks.value.length;
    useComing(mark, more && !kept.fault.value, blocks, () => void kept.readOlder());
    const state = kept.state.value;
    return html`<div class="thread-top" ref=${mark}>
        ${h(Fault, { fault: kept.fault.value, again: () => kept.again() })}
        ${state === "reading" && html`<p class="busy" role="status">${t("reading")}</p>`} ${more && html`<p class="busy">${t("thread.older")}</p>`}
        ${state === "ready" && !more && html`<p class="thread-start">${t(blocks ? "thread.start" : "thread.empty", { name: found.title })}</p>`}
    </div>`;
}

/** The way down from a message that was looked for. @param {{kept: Thread}} props */
export function Newer({ kept }) {
    const mark = useRef(/** @type {HTMLDivElement | null} */ (null));
    const more = kept.hasNewer.value;
    const fault = kept.newerFault.value ?? kept.fault.value;
    useComing(mark, more && !fault, kept.blocks.value.length, () => void kept.readNewer());
    if (!more) return null;
    const again = () => (kept.newerFault.peek() ? kept.readNewer() : kept.again());
    return html`<div class="thread-more" ref=${mark}>${fault ? h(Fault, { fault, again }) : html`<p class="busy">${t("thread.newer")}</p>`}</div>`;
}

/** @param {{fault: unknown, again: () => void}} props */
function Fault({ fault, again }) {
    return fault ? html`<p>${explainFault(fault)} <button type="button" class="link" onClick=${again}>${t("again")}</button></p>` : null;
}

/** To the newest message, which may be pages away. @param {Thread} kept @param {ScrollKeeper} keeper */
export async function goToNewest(kept, keeper) {
    if (kept.hasNewer.peek()) {
        await kept.read();
        if (kept.isBehind) return tell(explainFault(kept.fault.peek()));
    }
    if (place.peek().id !== kept.id) return undefined; // gone elsewhere meanwhile
    if (place.peek().query.has("at")) go(`messages/${kept.id}`, { replace: true, keep: ["window", "pane"] });
    keeper.toEnd();
    return undefined;
}

/** @param {{keeper: ScrollKeeper, kept: Thread, found: ConversationView}} props */
export function ToNewest({ keeper, kept, found }) {
    if (keeper.atEnd.value) return null;
    const words = found.unread ? t("thread.to_newest_new", { n: found.unread }) : t("thread.to_newest");
    return html`<button type="button" class="to-newest" aria-label=${words} title=${words} onClick=${() => goToNewest(kept, keeper)}>
        ${h(Icon, { name: "down" })}${found.unread > 0 && html`<span class="unread-count" aria-hidden="true">${found.unread}</span>`}
    </button>`;
}
