// @ts-check
import { readContacts } from "../contacts.js";
import { conversation, knownAs, listed, readList } from "../conversations.js";
import { brief } from "../lib/time.js";
import { h, html, signal, useEffect, useRef, useState } from "../lib/ui.js";
import { helpTopics } from "../help.js";
import { t } from "../lib/words.js";
import { go } from "../router.js";
import { NOTHING, searchPage } from "../search.js";
import { isAdmin, may } from "../state.js";
import { Avatar } from "./avatar.js";
import { Dialog } from "./dialog.js";
import { marked, placeOf } from "./found.js";
import { Icon } from "./icon.js";
import { entered } from "./save-contact.js";

/** @typedef {{key: string, words: string, hint: string, path: string, icon?: string, name?: string | null, seed?: string, said?: import("../types.js").SnippetPiece[]}} Find `said`: a text, by what was found in it */

const PAUSE = 150;
const MOST = 6;
const MOST_MESSAGES = 5;
/** So much of a text is shown before what was found in it. */
const LEAD = 24;
const LEAST_OF_TOPIC = 3;

const shown = signal(false);

/** @param {KeyboardEvent} event */
export function openPalette(event) {
    event.preventDefault();
    shown.value = true;
}

/** `Ctrl/⌘ K`: to any conversation, contact or page, or a new text to a typed number (WX-21). */
export function Palette() {
    if (!shown.value) return null;
    const close = () => (shown.value = false);
    return h(Dialog, { title: t("palette"), onClose: close, kind: "palette", children: h(Finder, { close }) });
}

/** @param {{close: () => void}} props */
function Finder({ close }) {
    const [typed, setTyped] = useState("");
    const input = useRef(/** @type {HTMLInputElement | null} */ (null));
    const { all, fresh } = useFinds(typed.trim());
    useEffect(() => input.current?.focus(), []);
    const open = (/** @type {Find | undefined} */ find) => {
        if (!find) return;
        close();
        go(find.path);
    };
    const { chosen, begin, key } = useChoice(all, fresh, open, close);
    const take = entered((text) => (setTyped(text), begin()));
    return html`<div class="search">
            ${h(Icon, { name: "search" })}
            <input ref=${input} type="search" role="combobox" autocomplete="off" aria-expanded="true" aria-controls="palette-found" aria-label=${t("palette.label")} placeholder=${t("palette.label")} aria-activedescendant=${all.length ? `palette-${chosen}` : undefined} value=${typed} onInput=${take} onKeyDown=${key} />
        </div>
        <ul class="palette-found" id="palette-found" role="listbox" aria-label=${t("palette")}>
            ${all.map(
                (find, place) => html`<li key=${find.key} id=${`palette-${place}`} role="option" aria-selected=${place === chosen} onClick=${() => open(find)}>
                    ${find.icon ? html`<span class="avatar palette-sign" aria-hidden="true">${h(Icon, { name: find.icon })}</span>` : h(Avatar, { name: find.name ?? null, seed: find.seed ?? "" })}
                    <span class="palette-words" dir="auto">${find.words}${find.said && html`<span class="palette-said">${find.said.map(marked)}</span>`}</span><span class="palette-hint">${find.hint}</span>
                </li>`,
            )}
        </ul>
        ${!all.length && html`<p class="busy">${t("list.none_found")}</p>`}`;
}

/**
 * Arrows choose, and what was chosen stays so while answers come. Enter without a choice takes the first of what was
 * found, and waits for it: never what was meant by earlier words.
 *
 * @param {Find[]} all
 * @param {boolean} fresh
 * @param {(find: Find | undefined) => void} open
 * @param {() => void} close
 */
function useChoice(all, fresh, open, close) {
    const [picked, setPicked] = useState("");
    const [asked, setAsked] = useState(false);
    const at = all.findIndex((each) => each.key === picked);
    const chosen = Math.min(Math.max(at, 0), all.length - 1);
    useEffect(() => {
        if (asked && fresh) open(all[0]);
    }, [asked, fresh]);
    const pick = (/** @type {number} */ place) => setPicked(all[place]?.key ?? "");
    const key = (/** @type {KeyboardEvent} */ event) => {
        if (event.isComposing) return; // Enter ends the word that is being put together
        if (event.key === "Enter") at >= 0 || fresh ? open(all[chosen]) : setAsked(true);
        else if (event.key === "Escape") close(); // which a browser would take for clearing the field
        else if (event.key === "ArrowDown") pick(Math.min(chosen + 1, all.length - 1));
        else if (event.key === "ArrowUp") pick(Math.max(chosen - 1, 0));
        else return;
        event.preventDefault();
    };
    const begin = () => (setPicked(""), setAsked(false));
    return { chosen, begin, key };
}

/** `fresh`: people and conversations are those of these words. @param {string} words @returns {{all: Find[], fresh: boolean}} */
function useFinds(words) {
    const [about, setAbout] = useState("");
    const [found, setFound] = useState(/** @type {Find[]} */ ([]));
    const [said, setSaid] = useState(/** @type {Find[]} */ ([]));
    useEffect(() => {
        if (!words) return void (setFound([]), setSaid([]), setAbout(""));
        const abort = new AbortController();
        const ask = async () => {
            const asked = { signal: abort.signal, limit: MOST_MESSAGES, only: /** @type {const} */ ("messages") };
            searchPage({ ...NOTHING, q: words }, asked).then((page) => !abort.signal.aborted && setSaid(page.items.map(messageFind)), () => setSaid([]));
            const [talks, people] = await Promise.all([
                readList({ q: words, signal: abort.signal }).catch(() => null),
                readContacts({ q: words, limit: MOST, signal: abort.signal }).catch(() => null),
            ]);
            if (abort.signal.aborted) return;
            const ids = talks?.items.slice(0, MOST).map((each) => each.id) ?? [];
            setAbout(words);
            setFound([...ids.flatMap((id) => conversationFind(id)), ...(people?.items ?? []).flatMap(contactFinds)]);
        };
        const timer = setTimeout(ask, PAUSE);
        return () => {
            clearTimeout(timer);
            abort.abort();
        };
    }, [words]);
    const pages = PAGES.filter((page) => (page.allowed?.() ?? true) && t(page.words).toLocaleLowerCase().includes(words.toLocaleLowerCase()));
    const recent = words ? [] : listed.value.slice(0, MOST).flatMap((each) => conversationFind(each.id));
    const all = [...dialled(words), ...recent, ...found, ...pages.map((page) => ({ key: page.path, words: t(page.words), hint: t("palette.page"), path: page.path, icon: page.icon })), ...topics(words), ...said, ...everywhere(words)];
    return { all, fresh: about === words };
}

/** What the help says of it. @param {string} words @returns {Find[]} */
function topics(words) {
    if (words.length < LEAST_OF_TOPIC) return [];
    const sought = words.toLocaleLowerCase();
    const found = helpTopics().filter(({ title }) => title.toLocaleLowerCase().includes(sought));
    return found.slice(0, MOST).map(({ key, title }) => ({ key: `help-${key}`, words: title, hint: t("help.topic"), path: `help/${key}`, icon: "help" }));
}

/** To all messages with these words. @param {string} words @returns {Find[]} */
function everywhere(words) {
    return words ? [{ key: "everywhere", words: t("search.all_of", { words }), hint: "", path: `search?q=${encodeURIComponent(words)}`, icon: "search" }] : [];
}

/** @param {import("../types.js").FoundMessage} found @returns {Find} */
function messageFind(found) {
    const { message, title, party, snippet } = found;
    const name = title === party.display ? null : title;
    return { key: `message-${message.id}`, words: title, hint: brief(message.created_at), path: placeOf(found), name, seed: party.value, said: snippet.map(shortened) };
}

/** What stands before the first hit is cut, so that the hit is in view. @param {import("../types.js").SnippetPiece} piece @param {number} at */
function shortened(piece, at) {
    return at || piece.hit || piece.text.length <= LEAD ? piece : { text: `…${piece.text.slice(-LEAD).replace(/^\S*\s/, "")}`, hit: false };
}

/** @type {{path: string, words: import("../lib/words.js").Key, icon: string, allowed?: () => boolean}[]} */
const PAGES = [
    { path: "messages/new", words: "new.title", icon: "compose" },
    { path: "messages", words: "messages", icon: "messages" },
    { path: "search", words: "search", icon: "search" },
    { path: "contacts", words: "contacts", icon: "people" },
    { path: "activity", words: "activity", icon: "activity" },
    { path: "settings", words: "settings", icon: "settings" },
    { path: "help", words: "help", icon: "help" },
    { path: "handset", words: "handset", icon: "handset", allowed: () => may("handset") },
    { path: "admin", words: "admin", icon: "admin", allowed: () => isAdmin.value },
];

/** @param {string} words @returns {Find[]} */
function dialled(words) {
    if (!/^[+\d(][\d\s()/.-]{2,}$/.test(words)) return [];
    return [{ key: "dialled", words: t("palette.text", { number: words }), hint: t("kind.sms"), path: `messages/new?to=${encodeURIComponent(words)}`, icon: "sms" }];
}

/** @param {string} id @returns {Find[]} */
function conversationFind(id) {
    const found = conversation(id);
    if (!found) return [];
    return [{ key: `talk-${id}`, words: found.title, hint: knownAs(found) === null ? t("kind.sms") : found.party.display, path: `messages/${id}`, name: knownAs(found), seed: found.party.value }];
}

/** @param {import("../types.js").ContactView} contact @returns {Find[]} */
function contactFinds({ id, name, numbers, source_label: label }) {
    return numbers.slice(0, 1).map(({ number, display }) => ({ key: `contact-${id}`, words: name, hint: `${label || t("palette.contact")} · ${display}`, path: `messages/new?to=${encodeURIComponent(number)}`, name, seed: number }));
}
