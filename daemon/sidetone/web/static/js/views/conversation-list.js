// @ts-check
import { conversation, fault, find, inOrder, listed, loaded, readList, readMore, unreadTotal } from "../conversations.js";
import { scheduled } from "../later.js";
import { computed, h, html, signal, useEffect, useRef } from "../lib/ui.js";
import { t } from "../lib/words.js";
import { listen } from "../keys.js";
import { Empty, Trouble } from "../parts/empty.js";
import { FoundList } from "../parts/found-list.js";
import { Icon } from "../parts/icon.js";
import { Row } from "../parts/row.js";
import { Windowed, focusRow } from "../parts/window.js";
import { go, place, to } from "../router.js";
import { NOTHING, Search } from "../search.js";
import { me } from "../state.js";

/** @typedef {import("../types.js").ConversationView} ConversationView */

const typed = signal("");
/** @typedef {"all" | "sms" | "unread" | "favourites" | "scheduled"} Chip */
/** @type {import("../lib/ui.js").Signal<Chip>} */
const chip = signal("all");
const onlyUnread = computed(() => chip.value === "unread");
const search = new Search();
/** Stays in the unread list while it is open, although reading makes it read. */
const keptId = signal("");

/** Show all again: somebody else may sit here next. */
export function forgetNarrowing() {
    typed.value = keptId.value = "";
    chip.value = "all";
}

export function ConversationList() {
    useSearch();
    useListKeys();
    const items = shown();
    const searching = typed.value.trim() !== "";
    const onlyTalks = chip.value !== "all" && chip.value !== "sms";
    return html`<section class="list-pane" aria-label=${t("list.label")}>
        <header class="pane-head">
            <h2 class="list-title">${t("messages")}</h2>
            <a class="round accent" href=${to("messages/new")} aria-label=${t("new.title")} title=${t("new.title_hint")}>${h(Icon, { name: "compose" })}</a>
        </header>
        ${h(SearchField, {})} ${h(Chips, {})}
        ${searching
            ? h(FoundList, { search, fits: FITS[chip.value], onlyTalks, children: h(Nothing, {}) })
            : h(Windowed, {
                  count: items.length,
                  label: t("list.label"),
                  keyAt: (at) => items[at]?.id ?? "",
                  rowAt: (at) => h(Row, { conversation: /** @type {ConversationView} */ (items[at]) }),
                  nearEnd: () => loaded.value && void readMore(),
                  children: !items.length && h(Nothing, {}),
              })}
    </section>`;
}

/** Which conversations a chip shows. @type {Record<Chip, (each: ConversationView) => boolean>} */
const FITS = {
    all: () => true,
    sms: (each) => each.kind === "sms",
    unread: (each) => each.unread > 0 || each.id === keptId.value,
    favourites: (each) => each.favourite,
    scheduled: (each) => scheduled.value.some((text) => text.conversation_id === each.id),
};

/** Where texts wait for their time, the next to go first; also where nothing was said yet. */
const planned = () => [...new Set(scheduled.value.map((each) => each.conversation_id))];

/** @param {Chip} name @returns {ConversationView[]} */
function from(name) {
    if (name === "scheduled") return planned().map((id) => conversation(id)).filter((each) => each !== undefined);
    return name === "all" || name === "sms" ? inOrder.value : listed.value;
}

/** @returns {ConversationView[]} */
function shown() {
    return from(chip.value).filter(FITS[chip.value]);
}

/** What is typed is looked for; a list of unread ones is asked for whole. */
function useSearch() {
    const words = typed.value;
    const unread = onlyUnread.value;
    useEffect(() => search.look({ ...NOTHING, q: words }), [words]);
    useEffect(() => {
        if (unread) void readList({ unread }).catch(() => {});
    }, [unread]);
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

function SearchField() {
    const input = useRef(/** @type {HTMLInputElement | null} */ (null));
    const key = (/** @type {KeyboardEvent} */ event) => {
        if (event.key === "Escape" && typed.value) {
            event.stopPropagation();
            typed.value = "";
        } else if (event.key === "ArrowDown") {
            event.preventDefault();
            focusRow(1);
        } else if (event.key === "Enter" && !event.isComposing && typed.value.trim()) go(`search?q=${encodeURIComponent(typed.value.trim())}`);
    };
    useEffect(() => {
        const focus = (/** @type {KeyboardEvent} */ event) => {
            event.preventDefault();
            input.current?.focus();
            input.current?.select();
        };
        return listen({ "/": focus });
    }, []);
    return html`<div class="search" role="search">
        ${h(Icon, { name: "search" })}
        <input
            ref=${input}
            type="search"
            autocomplete="off"
            placeholder=${t("search.placeholder")}
            aria-label=${t("search.placeholder")}
            aria-keyshortcuts="/"
            value=${typed.value}
            onInput=${() => (typed.value = input.current?.value ?? "")}
            onKeyDown=${key}
        />
    </div>`;
}

/** What the list can be narrowed to; a chip that would show nothing is there only while it is chosen. */
function Chips() {
    const waiting = scheduled.value.length;
    const favourites = listed.value.filter((each) => each.favourite).length;
    useEffect(() => {
        for (const each of planned()) void find(each).catch(() => {});
    }, [scheduled.value]);
    return html`<div class="chips" role="group" aria-label=${t("list.filter")}>
        ${h(ChipButton, { name: "all", words: t("list.all") })} ${h(ChipButton, { name: "sms", words: t("kind.sms") })}
        ${h(ChipButton, { name: "unread", words: t("list.unread"), count: unreadTotal.value })}
        ${(favourites > 0 || chip.value === "favourites") && h(ChipButton, { name: "favourites", words: t("list.favourites") })}
        ${(waiting > 0 || chip.value === "scheduled") && h(ChipButton, { name: "scheduled", words: t("later.chip"), count: waiting })}
    </div>`;
}

/** @param {{name: Chip, words: string, count?: number}} props */
function ChipButton({ name, words, count = 0 }) {
    const choose = () => {
        keptId.value = "";
        chip.value = name;
    };
    return html`<button type="button" class="chip" aria-pressed=${chip.value === name} onClick=${choose}>
        ${words}${count > 0 && html` <span class="chip-count">${count}</span>`}
    </button>`;
}

/** Why the list is empty, and what to do. */
function Nothing() {
    const words = typed.value.trim();
    if (words) return h(Empty, { icon: "search", title: t("search.none"), text: t("search.none_text", { words }), children: h(NewLink, {}) });
    if (fault.value) return h(Trouble, { fault: fault.value, again: readMore });
    if (!loaded.value) return html`<p class="busy" role="status">${t("reading")}</p>`;
    if (chip.value === "scheduled") return h(Empty, { icon: "clock", title: t("list.none_scheduled"), text: t("list.none_scheduled_text") });
    if (chip.value === "favourites") return h(Empty, { icon: "star", title: t("list.no_favourites"), text: t("list.no_favourites_text") });
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
