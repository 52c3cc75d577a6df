// @ts-check
import { conversation, fault, listed, loaded, readList, readMore, unreadTotal } from "../conversations.js";
import { h, html, signal, useEffect, useRef } from "../lib/ui.js";
import { t } from "../lib/words.js";
import { listen } from "../keys.js";
import { Empty, Trouble } from "../parts/empty.js";
import { Icon } from "../parts/icon.js";
import { Row } from "../parts/row.js";
import { Windowed, focusRow } from "../parts/window.js";
import { go, place, to } from "../router.js";
import { me } from "../state.js";

/** @typedef {import("../types.js").ConversationView} ConversationView */

const TYPING_PAUSE = 150;

const typed = signal("");
const onlyUnread = signal(false);
/** What the daemon found for the typed words; null while nothing is searched for. @type {import("../lib/ui.js").Signal<string[] | null>} */
const found = signal(null);
/** Stays in the unread list while it is open, although reading makes it read. */
const keptId = signal("");

export function ConversationList() {
    useSearch();
    useListKeys();
    const items = shown();
    return html`<section class="list-pane" aria-label=${t("list.label")}>
        <header class="pane-head">
            <h2 class="list-title">${t("messages")}</h2>
            <a class="round accent" href=${to("messages/new")} aria-label=${t("new.title")} title=${t("new.title_hint")}>${h(Icon, { name: "compose" })}</a>
        </header>
        ${h(Search, {})} ${h(Chips, {})}
        ${h(Windowed, {
            count: items.length,
            label: t("list.label"),
            keyAt: (at) => items[at]?.id ?? "",
            rowAt: (at) => h(Row, { conversation: /** @type {ConversationView} */ (items[at]) }),
            nearEnd: () => !found.value && loaded.value && void readMore(),
            children: !items.length && h(Nothing, {}),
        })}
    </section>`;
}

/** @returns {ConversationView[]} */
function shown() {
    const ids = found.value;
    const all = ids ? ids.map((id) => conversation(id)).filter((each) => each !== undefined) : listed.value;
    return onlyUnread.value ? all.filter((each) => each.unread || each.id === keptId.value) : all;
}

/** Ask the daemon a moment after the last letter; an answer that comes too late is dropped. */
function useSearch() {
    const words = typed.value.trim();
    const unread = onlyUnread.value;
    useEffect(() => {
        if (!words && !unread) return void (found.value = null);
        const abort = new AbortController();
        const ask = async () => {
            try {
                const page = await readList({ q: words || undefined, unread: unread || undefined, signal: abort.signal });
                found.value = words ? page.items.map((each) => each.id) : null;
            } catch {
                if (!abort.signal.aborted) found.value = words ? [] : null;
            }
        };
        const timer = setTimeout(ask, words ? TYPING_PAUSE : 0);
        return () => {
            clearTimeout(timer);
            abort.abort();
        };
    }, [words, unread]);
}

function useListKeys() {
    const id = place.value.id;
    useEffect(() => {
        if (onlyUnread.peek()) keptId.value = id;
    }, [id]);
    useEffect(
        () =>
            listen({
                j: () => focusRow(1),
                k: () => focusRow(-1),
                n: (event) => {
                    event.preventDefault();
                    go("messages/new");
                },
            }),
        [],
    );
}

function Search() {
    const input = useRef(/** @type {HTMLInputElement | null} */ (null));
    const key = (/** @type {KeyboardEvent} */ event) => {
        if (event.key === "Escape" && typed.value) {
            event.stopPropagation();
            typed.value = "";
        } else if (event.key === "ArrowDown") {
            event.preventDefault();
            focusRow(1);
        }
    };
    useEffect(() => {
        const focus = (/** @type {KeyboardEvent} */ event) => {
            event.preventDefault();
            input.current?.focus();
            input.current?.select();
        };
        return listen({ "Mod+k": focus, "/": focus });
    }, []);
    return html`<div class="search" role="search">
        ${h(Icon, { name: "search" })}
        <input
            ref=${input}
            type="search"
            autocomplete="off"
            placeholder=${t("list.search")}
            aria-label=${t("list.search")}
            aria-keyshortcuts="Control+K Meta+K"
            value=${typed.value}
            onInput=${() => (typed.value = input.current?.value ?? "")}
            onKeyDown=${key}
        />
    </div>`;
}

function Chips() {
    const total = unreadTotal.value;
    const choose = (/** @type {boolean} */ unread) => () => {
        keptId.value = "";
        onlyUnread.value = unread;
    };
    return html`<div class="chips" role="group" aria-label=${t("list.filter")}>
        <button type="button" class="chip" aria-pressed=${!onlyUnread.value} onClick=${choose(false)}>${t("list.all")}</button>
        <button type="button" class="chip" aria-pressed=${onlyUnread.value} onClick=${choose(true)}>
            ${t("list.unread")}${total > 0 && html`<span class="chip-count">${total}</span>`}
        </button>
    </div>`;
}

/** Why the list is empty, and what to do. */
function Nothing() {
    if (fault.value) return h(Trouble, { fault: fault.value, again: readMore });
    if (!loaded.value) return html`<p class="busy" role="status">${t("reading")}</p>`;
    if (typed.value.trim()) return h(Empty, { icon: "search", title: t("list.none_found"), text: t("list.none_found_text", { words: typed.value.trim() }), children: h(NewLink, {}) });
    if (onlyUnread.value) return h(Empty, { icon: "check", title: t("list.all_read"), text: t("list.all_read_text") });
    const numbers = me.value?.numbers.length ?? 0;
    if (!numbers) return h(Empty, { icon: "hash", title: t("list.no_number"), text: t("list.no_number_text") });
    return h(Empty, { icon: "messages", title: t("list.empty"), text: t("list.empty_text"), children: h(NewLink, {}) });
}

function NewLink() {
    if (!me.value?.numbers.length) return null;
    const words = typed.value.trim();
    const prefill = /^[+\d][\d\s()/.-]*$/.test(words) ? `?to=${encodeURIComponent(words)}` : "";
    return html`<a class="button primary" href=${to(`messages/new${prefill}`)}>${h(Icon, { name: "compose" })}${t("new.title")}</a>`;
}
