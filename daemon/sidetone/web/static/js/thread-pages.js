// @ts-check
// The messages of one conversation as they are read: from the newest back, or from any message in both directions.
// A thread is a row of blocks, so that a change touches one block and blocks far from view need not be drawn.

import { ask } from "./api.js";
import { compareIds } from "./lib/ids.js";
import { batch, signal } from "./lib/ui.js";
import { noteRead } from "./live.js";

/** @typedef {import("./types.js").MessageView} MessageView */
/** @typedef {import("./types.js").Page<MessageView>} MessagePage */
/** @typedef {"reading" | "ready" | "failed"} State */
/**
 * A message to be shown: in the middle and marked, or so many px below the top edge as it was elsewhere.
 *
 * @typedef {{id: string, offset?: number}} Place
 */

const PAGE = 50;
const FULL_BLOCK = 80;

/** A run of messages in order of their ids. */
export class Block {
    static #made = 0;

    /** @param {MessageView[]} items */
    constructor(items) {
        Block.#made += 1;
        this.key = Block.#made;
        this.items = signal(items);
    }

    get first() {
        return this.items.peek()[0];
    }

    get last() {
        return this.items.peek().at(-1);
    }

    /** @param {string} id */
    holds(id) {
        return this.items.peek().some((each) => each.id === id);
    }
}

export class Thread {
    /** The cursor of the next older page; null when the first message is here. @type {string | null} */
    #older = null;
    /** The cursor of the next newer page; null when the newest message is here. @type {string | null} */
    #newer = null;
    /** Around which message everything is to be read; null for the newest page. @type {Place | null} */
    #around = null;
    /** What events brought since a page was asked for that may not have it. @type {MessageView[]} */
    #meanwhile = [];
    #isBehind = false;
    /** Counts the readings anew: a page asked for before one no longer fits. */
    #reading = 0;

    /** @param {string} id of the conversation */
    constructor(id) {
        this.id = id;
        /** Oldest first. @type {import("./lib/ui.js").Signal<Block[]>} */
        this.blocks = signal([]);
        /** @type {import("./lib/ui.js").Signal<State>} */
        this.state = signal("reading");
        /** @type {import("./lib/ui.js").Signal<unknown>} */
        this.fault = signal(null);
        /** The same of newer messages than those here. @type {import("./lib/ui.js").Signal<unknown>} */
        this.newerFault = signal(null);
        this.readingOlder = signal(false);
        this.readingNewer = signal(false);
        this.hasOlder = signal(false);
        this.hasNewer = signal(false);
        /** What was asked for by `show` and is here now. @type {import("./lib/ui.js").Signal<Place | null>} */
        this.shown = signal(null);
    }

    /** The newest page. What is shown stays until the answer is there; what events bring meanwhile is not lost. */
    read() {
        return this.#start(null);
    }

    /** Read all anew and stay where somebody went in a long thread. */
    refresh() {
        return this.#start(this.#newer ? this.#around : null);
    }

    /** A message in its place, with what was said before and after; resolves when it is here, or cannot be. @param {Place} place */
    async show(place) {
        if (this.state.peek() === "ready" && this.blocks.peek().some((block) => block.holds(place.id))) this.shown.value = { ...place };
        else await this.#start(place);
    }

    /** Read what could not be read: the first page comes before an older one. */
    again() {
        return this.#isBehind ? this.#start(this.#around) : this.readOlder();
    }

    /** Whether the first page was asked for in vain. */
    get isBehind() {
        return this.#isBehind && this.fault.peek() !== null;
    }

    /** @param {Place | null} around */
    async #start(around) {
        const reading = (this.#reading += 1);
        this.#around = around;
        this.#isBehind = true;
        this.readingOlder.value = this.readingNewer.value = false;
        try {
            const page = await this.#page(around ? { around: around.id } : {});
            if (reading === this.#reading) batch(() => this.#startWith(page, around));
        } catch (fault) {
            if (reading !== this.#reading) return;
            batch(() => {
                this.fault.value = fault;
                if (this.state.peek() !== "ready") this.state.value = "failed";
            });
        }
    }

    /** @param {MessagePage} page @param {Place | null} around */
    #startWith(page, around) {
        this.#isBehind = false;
        this.blocks.value = page.items.length ? [new Block(page.items)] : [];
        this.#setOlder(page.next);
        this.#setNewer(around && cursorBehind(page.items, around.id));
        this.state.value = "ready";
        this.#takeMeanwhile();
        this.fault.value = this.newerFault.value = null;
        this.shown.value = around && { ...around };
    }

    async readOlder() {
        if (!this.#older || this.#isBehind || this.readingOlder.peek()) return;
        const older = { busy: this.readingOlder, fault: this.fault };
        await this.#goOn({ before: this.#older }, older, (page) => {
            this.#setOlder(page.next);
            if (page.items.length) this.blocks.value = [new Block(page.items), ...this.blocks.peek()];
        });
    }

    async readNewer() {
        if (!this.#newer || this.#isBehind || this.readingNewer.peek()) return;
        const newer = { busy: this.readingNewer, fault: this.newerFault };
        await this.#goOn({ after: this.#newer }, newer, (page) => {
            this.#setNewer(page.next);
            if (page.items.length) this.blocks.value = [...this.blocks.peek(), new Block(page.items)];
        });
    }

    /**
     * @param {Record<string, string>} query
     * @param {{busy: import("./lib/ui.js").Signal<boolean>, fault: import("./lib/ui.js").Signal<unknown>}} way
     * @param {(page: MessagePage) => void} add
     */
    async #goOn(query, { busy, fault }, add) {
        busy.value = true;
        const reading = this.#reading;
        try {
            const page = await this.#page(query);
            if (reading !== this.#reading) return;
            batch(() => {
                busy.value = false;
                add(page);
                this.#takeMeanwhile();
                fault.value = null;
            });
        } catch (thrown) {
            if (reading !== this.#reading) return;
            batch(() => {
                busy.value = false;
                fault.value = thrown;
            });
        }
    }

    /** What came while a page was under way may be of that page, and newer than it. */
    #takeMeanwhile() {
        const meanwhile = this.#meanwhile;
        this.#meanwhile = [];
        for (const message of meanwhile) this.take(message);
    }

    get #isReading() {
        return this.#isBehind || this.readingOlder.peek() || this.readingNewer.peek();
    }

    /** Keep a message unless a newer state of it is here. It is shown with its page. @param {MessageView} message */
    take(message) {
        if (this.#isReading) this.#meanwhile.push(message);
        if (this.state.peek() !== "ready" || this.#isElsewhere(message)) return;
        const blocks = this.blocks.peek();
        let at = blocks.length - 1;
        while (at > 0 && compareIds(message.id, blocks[at]?.first?.id ?? "0") < 0) at -= 1;
        const block = blocks[at];
        const isNewest = at === blocks.length - 1;
        if (!block || (isNewest && overflows(block, message))) this.blocks.value = [...blocks, new Block([message])];
        else insert(block, message);
    }

    /** Messages older or newer than what is shown come with their page, lest a gap opens. @param {MessageView} message */
    #isElsewhere(message) {
        const [first, last] = [this.blocks.peek()[0]?.first, this.blocks.peek().at(-1)?.last];
        const isOlder = this.#older !== null && first !== undefined && compareIds(message.id, first.id) < 0;
        return isOlder || (this.#newer !== null && last !== undefined && compareIds(message.id, last.id) > 0);
    }

    /** @param {string | null} cursor */
    #setOlder(cursor) {
        this.#older = cursor;
        this.hasOlder.value = cursor !== null;
    }

    /** @param {string | null} cursor */
    #setNewer(cursor) {
        this.#newer = cursor;
        this.hasNewer.value = cursor !== null;
    }

    /** @param {Record<string, string>} query @returns {Promise<MessagePage>} */
    async #page(query) {
        const page = await ask("GET", `/conversations/${this.id}/messages`, { query: { limit: PAGE, ...query } });
        noteRead(page.seq);
        return page;
    }
}

/** Where newer messages go on behind a page around a message; null when there are none: half of a full page is behind it. @param {MessageView[]} items @param {string} id */
function cursorBehind(items, id) {
    const behind = items.filter((each) => compareIds(each.id, id) > 0).length;
    return behind < PAGE / 2 ? null : (items.at(-1)?.id ?? null);
}

/** @param {Block} block @param {MessageView} message */
function overflows(block, message) {
    return block.items.peek().length >= FULL_BLOCK && compareIds(message.id, block.last?.id ?? "0") > 0;
}

/** @param {Block} block @param {MessageView} message */
function insert(block, message) {
    const items = block.items.peek();
    let at = items.length;
    while (at > 0 && compareIds(message.id, items[at - 1]?.id ?? "0") < 0) at -= 1;
    const known = items[at - 1];
    if (known?.id !== message.id) block.items.value = [...items.slice(0, at), message, ...items.slice(at)];
    else if (message.updated_at >= known.updated_at) block.items.value = items.with(at - 1, message);
}
