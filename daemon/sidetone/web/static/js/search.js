// @ts-check
// What is looked for in messages, conversations and contacts, and what was found of it so far.

import { ask } from "./api.js";
import { dayToMoment } from "./audit.js";
import { readList } from "./conversations.js";
import { batch, signal } from "./lib/ui.js";

/** @typedef {import("./types.js").FoundMessage} FoundMessage */
/** @typedef {import("./types.js").ContactView} ContactView */
/** @typedef {import("./types.js").SearchView} SearchView */
/** Words and what narrows them, as an address has them: days for `from` and `to`, "" for anything. @typedef {typeof NOTHING} Asked */
/** @typedef {"idle" | "looking" | "ready" | "failed"} State */

export const NOTHING = { q: "", conversation: "", direction: "", status: "", number: "", from: "", to: "" };

/** Whoever types is waited for so long; in ms. */
const PAUSE = 200;
const PAGE = 20;
/** An answer that ran out of time before it found anything is followed so often by itself. */
const MOST_EMPTY = 12;
/** What was too new to be found is looked for again after this, so often; in ms. */
const MOMENT = 1500;
const MOST_MOMENTS = 3;

/** Whether only messages of some kind are asked for, so that people are no answer. @param {Asked} asked */
export const isNarrow = ({ q: _, ...rest }) => Object.values(rest).some(Boolean);

/** One page of messages, and of contacts on the first. @param {Asked} asked @param {{before?: string, limit?: number, only?: "messages", signal?: AbortSignal}} [how] @returns {Promise<SearchView>} */
export function searchPage({ from, to, ...asked }, { signal: abort, limit = PAGE, ...how } = {}) {
    const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value));
    return ask("GET", "/search", { query: { ...given, q: asked.q.trim(), from: dayToMoment(from, 0), to: dayToMoment(to, 1), limit, ...how }, signal: abort });
}

/** Every place that looks for something. @type {Search[]} */
const places = [];

/** Nothing was ever looked for: somebody else may sit here next. */
export function forgetFound() {
    for (const each of places) each.look(NOTHING);
}

/** What a place of the UI has found; the results of the words before stay until others are here. */
export class Search {
    #timer = 0;
    #abort = new AbortController();
    /** @type {string | null} */
    #next = null;
    #moments = 0;

    constructor() {
        /** @type {import("./lib/ui.js").Signal<State>} */
        this.state = signal("idle");
        /** What is looked for. @type {import("./lib/ui.js").Signal<Asked>} */
        this.asked = signal(NOTHING);
        /** Ids, those with the newest message first. @type {import("./lib/ui.js").Signal<string[]>} */
        this.conversations = signal([]);
        /** @type {import("./lib/ui.js").Signal<ContactView[]>} */
        this.contacts = signal([]);
        /** Newest first. @type {import("./lib/ui.js").Signal<FoundMessage[]>} */
        this.messages = signal([]);
        /** Whether older ones may be found. */
        this.hasMore = signal(false);
        this.readingMore = signal(false);
        /** How many messages are too new to be found. */
        this.behind = signal(0);
        /** @type {import("./lib/ui.js").Signal<unknown>} */
        this.fault = signal(null);
        places.push(this);
    }

    /** Look for something once nobody types any more; the request before is taken back. @param {Asked} asked @param {number} [pause] */
    look(asked, pause = PAUSE) {
        if (JSON.stringify(asked) === JSON.stringify(this.asked.peek()) && this.state.peek() !== "failed") return;
        this.#stop();
        if (!asked.q.trim()) return this.#clear(asked);
        this.#moments = 0;
        batch(() => {
            this.asked.value = asked;
            this.state.value = "looking";
        });
        this.#timer = setTimeout(() => void this.#begin(asked, this.#abort.signal), pause);
    }

    again() {
        const asked = this.asked.peek();
        if (this.state.peek() === "failed") this.look(asked, 0);
        else void this.more();
    }

    #stop() {
        clearTimeout(this.#timer);
        this.#abort.abort();
        this.#abort = new AbortController();
        this.readingMore.value = false;
    }

    /** @param {Asked} asked */
    #clear(asked) {
        batch(() => {
            this.asked.value = asked;
            this.state.value = "idle";
            this.conversations.value = [];
            this.#show({ items: [], contacts: [], next: null, behind: 0 });
        });
    }

    /** @param {Asked} asked @param {AbortSignal} abort */
    async #begin(asked, abort) {
        const narrow = isNarrow(asked);
        const talks = narrow ? Promise.resolve([]) : readList({ q: asked.q.trim(), signal: abort }).then((page) => page.items.map((each) => each.id));
        const found = talks.then((ids) => !abort.aborted && (this.conversations.value = ids));
        try {
            const [page] = await Promise.all([searchPage(asked, { signal: abort }), found]);
            if (abort.aborted) return;
            batch(() => {
                this.#show(page);
                this.state.value = "ready";
            });
            if (!page.items.length && page.next) await this.more();
            else if (page.behind) this.#lookOnceMore(asked, abort);
        } catch (fault) {
            if (abort.aborted) return;
            batch(() => {
                this.fault.value = fault;
                this.state.value = "failed";
            });
        }
    }

    /** Look again for what was too new, as long as nobody has gone on to older messages. @param {Asked} asked @param {AbortSignal} abort */
    #lookOnceMore(asked, abort) {
        if (this.#moments >= MOST_MOMENTS) return;
        this.#moments += 1;
        const first = this.messages.peek();
        this.#timer = setTimeout(() => {
            if (!abort.aborted && !this.readingMore.peek() && this.messages.peek() === first) void this.#begin(asked, abort);
        }, MOMENT);
    }

    /** @param {Pick<SearchView, "items" | "contacts" | "next" | "behind">} page */
    #show(page) {
        this.messages.value = page.items;
        this.contacts.value = page.contacts;
        this.behind.value = page.behind;
        this.fault.value = null;
        this.#setNext(page.next);
    }

    /** @param {string | null} next */
    #setNext(next) {
        this.#next = next;
        this.hasMore.value = next !== null;
    }

    /** Older messages: the next page that has any, as far as a few answers reach. */
    async more() {
        if (!this.#next || this.readingMore.peek()) return;
        const { signal: abort } = this.#abort;
        this.readingMore.value = true;
        try {
            for (let tries = 0; this.#next && tries < MOST_EMPTY; tries += 1) {
                const page = await searchPage(this.asked.peek(), { before: this.#next, signal: abort });
                if (abort.aborted) return;
                batch(() => {
                    this.messages.value = [...this.messages.peek(), ...page.items];
                    this.fault.value = null;
                    this.#setNext(page.next);
                });
                if (page.items.length) break;
            }
        } catch (fault) {
            if (!abort.aborted) this.fault.value = fault;
        }
        if (!abort.aborted) this.readingMore.value = false;
    }
}
