// @ts-check
import { conversation, find, markRead } from "../conversations.js";
import { compareIds } from "../lib/ids.js";
import { ScrollKeeper } from "../lib/scroll.js";
import { h, html, useEffect, useMemo, useRef, useSignal, useState } from "../lib/ui.js";
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
import { Newer, Older, ToNewest, goToNewest, useScroll } from "../parts/thread-scroll.js";
import { UnsentBubble } from "../parts/unsent.js";
import { place } from "../router.js";
import { answerFor, takePlace } from "../thread-place.js";
import { thread } from "../threads.js";
import { ConversationDetails, showDetails } from "./conversation-details.js";
import { MessageDetails } from "./message-details.js";
import { ThreadHead } from "./thread-head.js";

/** @typedef {import("../types.js").ConversationView} ConversationView */
/** @typedef {import("../thread-pages.js").Thread} Thread */

/** A conversation: who, what was said, and where to answer. @param {{id: string}} props */
export function ThreadView({ id }) {
    const [fault, setFault] = useState(/** @type {unknown} */ (null));
    const [details, setDetails] = useState("");
    const read = () => void find(id).then(() => setFault(null), setFault);
    useEffect(read, [id]);
    const pane = place.value.query.get("pane") === "details";
    useEffect(() => setDetails(""), [pane]);
    const found = conversation(id);
    if (!found) return html`<section class="thread-pane">${fault ? h(Trouble, { fault, again: read }) : html`<p class="busy" role="status">${t("reading")}</p>`}</section>`;
    const closePane = () => {
        showDetails(id, false);
        const way = document.querySelector(".details-way");
        if (way instanceof HTMLElement) way.focus();
    };
    const close = () => {
        setDetails("");
        document.querySelector(`[data-message="${details}"]`)?.querySelector("button")?.focus();
    };
    return html`<section class="thread-pane" aria-label=${t("thread.label", { name: found.title })}>
            ${h(ThreadHead, { conversation: found })} ${h(Messages, { conversation: found, openDetails: setDetails })}
        </section>
        ${details ? h(MessageDetails, { key: details, id: details, onClose: close }) : pane && h(ConversationDetails, { conversation: found, onClose: closePane })}`;
}

/** @param {{conversation: ConversationView, openDetails: (id: string) => void}} props */
function Messages({ conversation: found, openDetails }) {
    const kept = useThread(found.id);
    const keeper = useMemo(() => new ScrollKeeper(() => !kept.hasNewer.peek()), [kept]);
    useEffect(() => answerFor(found.id, () => placeOf(keeper)), [keeper]);
    const stored = new Set(kept.blocks.value.at(-1)?.items.value.map((each) => each.client_id)); // though its answer was lost
    for (const each of scheduledIn(found.id)) stored.add(each.client_id);
    const waiting = unsent.value.filter((entry) => entry.conversation_id === found.id && !stored.has(entry.key));
    return html`${h(Scroll, { found, kept, keeper, waiting, openDetails })}
    ${h(Consent, { conversation: found })}
    ${found.read_only || found.opted_out || !found.party.answerable ? h(NoAnswer, { found }) : h(Composer, { key: found.id, conversation: found, sent: () => void goToNewest(kept, keeper) })}`;
}

/** The thread at its newest, or where the address or another window says. @param {string} id */
function useThread(id) {
    const at = place.value.query.get("at");
    const kept = useMemo(() => thread(id, at ? { id: at } : takePlace(id)), [id]);
    const shown = useRef(at);
    useEffect(() => {
        if (at && at !== shown.current) void kept.show({ id: at });
        shown.current = at;
    }, [kept, at]);
    return kept;
}

/** What is at the top of the view; null at the newest. @param {ScrollKeeper} keeper */
function placeOf({ place: top }) {
    const id = top?.row instanceof HTMLElement ? top.row.dataset.message : undefined;
    return top && id ? { id, offset: top.offset } : null;
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
                ${h(Older, { kept, found })} ${h(Blocks, { kept, firstNewId, openDetails, quiet: waiting.length > 0 || kept.hasNewer.value })}
                ${h(Newer, { kept })} ${(kept.hasNewer.value ? [] : waiting).map((entry) => h(UnsentBubble, { key: entry.key, entry }))}
                ${(kept.hasNewer.value ? [] : scheduledIn(found.id)).map((message) => h(LaterBubble, { key: message.id, message }))}
            </div>
        </div>
        ${h(ToNewest, { keeper, kept, found })}`;
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
    const shown = kept.shown.value;
    const newest = blocks.at(-1)?.items.value.at(-1)?.id ?? "";
    const focused = (/** @type {FocusEvent} */ event) => {
        const row = event.target instanceof Element ? event.target.closest("[data-message]") : null;
        if (row instanceof HTMLElement) current.value = row.dataset.message ?? "";
    };
    return html`<div class="blocks" onFocusIn=${focused}>
        ${blocks.map((block, at) => {
            const before = blocks[at - 1]?.items.value.at(-1) ?? null;
            const currentId = current.value || (blocks.some((each) => each.holds(shown?.id ?? "")) && shown?.id) || newest;
            return h(BlockRows, { key: block.key, block, before, currentId, newestId: quiet ? "" : newest, firstNewId, shown, openDetails });
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

/** @param {{found: ConversationView}} props */
function NoAnswer({ found }) {
    if (found.opted_out) return null; // said above, with what undoes it
    const words = found.read_only ? t("thread.read_only") : t("thread.not_answerable", { name: found.party.display });
    return html`<p class="no-answer">${h(Icon, { name: "info" })}${words}</p>`;
}
