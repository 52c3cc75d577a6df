// @ts-check
import { explainFault } from "../api.js";
import { conversation, find, markRead } from "../conversations.js";
import { compareIds } from "../lib/ids.js";
import { ScrollKeeper } from "../lib/scroll.js";
import { h, html, useEffect, useLayoutEffect, useMemo, useRef, useSignal, useState } from "../lib/ui.js";
import { t } from "../lib/words.js";
import { scheduledIn } from "../later.js";
import { unsent } from "../outbox.js";
import { BlockRows } from "../parts/block.js";
import { Composer } from "../parts/composer.js";
import { Consent } from "../parts/consent.js";
import { Trouble } from "../parts/empty.js";
import { Icon } from "../parts/icon.js";
import { LaterBubble } from "../parts/later-bubble.js";
import { step } from "../parts/menu.js";
import { UnsentBubble } from "../parts/unsent.js";
import { thread } from "../threads.js";
import { MessageDetails } from "./message-details.js";
import { ThreadHead } from "./thread-head.js";

/** @typedef {import("../types.js").ConversationView} ConversationView */
/** @typedef {import("../threads.js").Thread} Thread */

/** Older messages are asked for when the top comes this close. */
const SOON = "800px 0px 0px";

/** A conversation: who, what was said, and where to answer. @param {{id: string}} props */
export function ThreadView({ id }) {
    const [fault, setFault] = useState(/** @type {unknown} */ (null));
    const [details, setDetails] = useState("");
    const read = () => void find(id).then(() => setFault(null), setFault);
    useEffect(read, [id]);
    const found = conversation(id);
    if (!found) return html`<section class="thread-pane">${fault ? h(Trouble, { fault, again: read }) : html`<p class="busy" role="status">${t("reading")}</p>`}</section>`;
    const close = () => {
        setDetails("");
        document.querySelector(`[data-message="${details}"]`)?.querySelector("button")?.focus();
    };
    return html`<section class="thread-pane" aria-label=${t("thread.label", { name: found.title })}>
            ${h(ThreadHead, { conversation: found })} ${h(Messages, { conversation: found, openDetails: setDetails })}
        </section>
        ${details && h(MessageDetails, { key: details, id: details, onClose: close })}`;
}

/** @param {{conversation: ConversationView, openDetails: (id: string) => void}} props */
function Messages({ conversation: found, openDetails }) {
    const kept = useMemo(() => thread(found.id), [found.id]);
    const keeper = useMemo(() => new ScrollKeeper(), [found.id]);
    const stored = new Set(kept.blocks.value.at(-1)?.items.value.map((each) => each.client_id)); // though its answer was lost
    for (const each of scheduledIn(found.id)) stored.add(each.client_id);
    const waiting = unsent.value.filter((entry) => entry.conversation_id === found.id && !stored.has(entry.key));
    return html`${h(Scroll, { found, kept, keeper, waiting, openDetails })}
    ${h(Consent, { conversation: found })}
    ${found.read_only || found.opted_out || !found.party.answerable ? h(NoAnswer, { found }) : h(Composer, { key: found.id, conversation: found, sent: () => keeper.toEnd() })}`;
}

/**
 * @param {object} props
 * @param {ConversationView} props.found
 * @param {Thread} props.kept
 * @param {ScrollKeeper} props.keeper
 * @param {import("../types.js").Unsent[]} props.waiting
 * @param {(id: string) => void} props.openDetails
 */
function Scroll({ found, kept, keeper, waiting, openDetails }) {
    const box = useRef(/** @type {HTMLDivElement | null} */ (null));
    const content = useRef(/** @type {HTMLDivElement | null} */ (null));
    const ready = kept.state.value === "ready";
    const firstNewId = useFirstNew(found, kept);
    useScroll(box, content, keeper, kept);
    useReading(found, kept, keeper);
    return html`<div class="thread-scroll" ref=${box}>
            <div class="thread-content" ref=${content} role="feed" aria-busy=${!ready} aria-label=${t("thread.feed", { name: found.title })} onKeyDown=${move}>
                ${h(Older, { kept, found })} ${h(Blocks, { kept, firstNewId, openDetails, quiet: waiting.length > 0 })}
                ${waiting.map((entry) => h(UnsentBubble, { key: entry.key, entry }))}
                ${scheduledIn(found.id).map((message) => h(LaterBubble, { key: message.id, message }))}
            </div>
        </div>
        ${h(ToNewest, { keeper, found })}`;
}

/** The first message that was unread when the thread was opened; "" when none was. @param {ConversationView} found @param {Thread} kept */
function useFirstNew(found, kept) {
    const readUpTo = useMemo(() => (found.unread ? (found.read_up_to ?? "0") : null), [found.id]);
    const ready = kept.state.value === "ready";
    const blocks = kept.blocks.value.length; // older pages may hold still older unread ones
    return useMemo(() => {
        const messages = ready && readUpTo !== null ? kept.blocks.peek().flatMap((block) => block.items.peek()) : [];
        return messages.find((each) => each.direction === "inbound" && compareIds(each.id, readUpTo ?? "0") > 0)?.id ?? "";
    }, [found.id, ready, blocks]);
}

/** @param {{kept: Thread, firstNewId: string, openDetails: (id: string) => void, quiet: boolean}} props */
function Blocks({ kept, firstNewId, openDetails, quiet }) {
    const current = useSignal("");
    const blocks = kept.blocks.value;
    const newest = blocks.at(-1)?.items.value.at(-1)?.id ?? "";
    const focused = (/** @type {FocusEvent} */ event) => {
        const row = event.target instanceof Element ? event.target.closest("[data-message]") : null;
        if (row instanceof HTMLElement) current.value = row.dataset.message ?? "";
    };
    return html`<div class="blocks" onFocusIn=${focused}>
        ${blocks.map((block, at) => {
            const before = blocks[at - 1]?.items.value.at(-1) ?? null;
            const currentId = current.value || newest;
            return h(BlockRows, { key: block.key, block, before, currentId, newestId: quiet ? "" : newest, firstNewId, openDetails });
        })}
    </div>`;
}

/** Arrows move by message. @param {KeyboardEvent} event */
function move(event) {
    const rows = event.currentTarget instanceof Element ? Array.from(event.currentTarget.querySelectorAll("article")) : [];
    if (event.target instanceof HTMLElement && event.target.tagName === "ARTICLE" && step(rows, event.key, false)) event.preventDefault();
    else if (event.key === "Enter" && event.target instanceof HTMLElement && event.target.tagName === "ARTICLE") {
        event.target.querySelector("button")?.click();
    }
}

/** @param {{current: HTMLDivElement | null}} box @param {{current: HTMLDivElement | null}} content @param {ScrollKeeper} keeper @param {Thread} kept */
function useScroll(box, content, keeper, kept) {
    const ready = kept.state.value === "ready";
    useLayoutEffect(() => {
        if (box.current && content.current) keeper.attach(box.current, content.current);
        return () => keeper.detach();
    }, [keeper]);
    useLayoutEffect(() => {
        if (!ready || !box.current) return;
        keeper.toEnd();
        const mark = box.current.querySelector(".new-mark");
        const above = mark ? mark.getBoundingClientRect().top < box.current.getBoundingClientRect().top : false;
        if (mark && above) keeper.toRow(mark);
    }, [keeper, ready]);
}

/** What is in view in a window that is looked at counts as read. @param {ConversationView} found @param {Thread} kept @param {ScrollKeeper} keeper */
function useReading(found, kept, keeper) {
    const newest = found.last_message?.id;
    const seen = keeper.atEnd.value && kept.state.value === "ready";
    useEffect(() => {
        const mark = () => {
            const looked = document.visibilityState === "visible" && document.hasFocus();
            if (looked && seen && keeper.atEnd.peek() && found.unread && newest) void markRead(found.id, newest);
        };
        mark();
        addEventListener("focus", mark);
        document.addEventListener("visibilitychange", mark);
        return () => {
            removeEventListener("focus", mark);
            document.removeEventListener("visibilitychange", mark);
        };
    }, [found.id, found.unread, newest, seen]);
}

/** The way up: older messages come by themselves, or at a click when they could not. @param {{kept: Thread, found: ConversationView}} props */
function Older({ kept, found }) {
    const mark = useRef(/** @type {HTMLDivElement | null} */ (null));
    const more = kept.hasOlder.value;
    const blocks = kept.blocks.value.length;
    useEffect(() => {
        if (!more || !mark.current || kept.fault.value) return undefined;
        const watcher = new IntersectionObserver((entries) => entries.at(-1)?.isIntersecting && void kept.readOlder(), {
            root: mark.current.closest(".thread-scroll"),
            rootMargin: SOON,
        });
        watcher.observe(mark.current);
        return () => watcher.disconnect();
    }, [kept, more, blocks, kept.fault.value]);
    const state = kept.state.value;
    return html`<div class="thread-top" ref=${mark}>
        ${kept.fault.value && html`<p>${explainFault(kept.fault.value)} <button type="button" class="link" onClick=${() => kept.again()}>${t("again")}</button></p>`}
        ${state === "reading" && html`<p class="busy" role="status">${t("reading")}</p>`} ${more && html`<p class="busy">${t("thread.older")}</p>`}
        ${state === "ready" && !more && html`<p class="thread-start">${t(blocks ? "thread.start" : "thread.empty", { name: found.title })}</p>`}
    </div>`;
}

/** @param {{keeper: ScrollKeeper, found: ConversationView}} props */
function ToNewest({ keeper, found }) {
    if (keeper.atEnd.value) return null;
    const words = found.unread ? t("thread.to_newest_new", { n: found.unread }) : t("thread.to_newest");
    return html`<button type="button" class="to-newest" aria-label=${words} title=${words} onClick=${() => keeper.toEnd()}>
        ${h(Icon, { name: "down" })}${found.unread > 0 && html`<span class="unread-count" aria-hidden="true">${found.unread}</span>`}
    </button>`;
}

/** @param {{found: ConversationView}} props */
function NoAnswer({ found }) {
    if (found.opted_out) return null; // said above, with what undoes it
    const words = found.read_only ? t("thread.read_only") : t("thread.not_answerable", { name: found.party.display });
    return html`<p class="no-answer">${h(Icon, { name: "info" })}${words}</p>`;
}
