// @ts-check
// The messages of opened conversations. A thread is a row of blocks, so that a change touches one block and blocks
// far from view need not be drawn.

import { ask } from "./api.js";
import { compareIds } from "./lib/ids.js";
import { batch, effect, signal } from "./lib/ui.js";
import { isForLater } from "./later.js";
import { line, noteRead, on } from "./live.js";

/** @typedef {import("./types.js").MessageView} MessageView */
/** @typedef {import("./types.js").Page<MessageView>} MessagePage */
/** @typedef {"reading" | "ready" | "failed"} State */

const PAGE = 50;
const FULL_BLOCK = 80;
const KEPT_THREADS = 12;

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
}

export class Thread {
    /** The cursor of the next older page; null when the first message is here. @type {string | null} */
    #older = null;
    /** What events brought while everything is read anew. @type {MessageView[] | null} */
    #meanwhile = null;
    /** Counts the readings anew: an older page asked for before one no longer fits. */
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
        this.readingOlder = signal(false);
        this.hasOlder = signal(false);
    }

    /** The newest page. What is shown stays until the answer is there; what events bring meanwhile is not lost. */
    async read() {
        this.#meanwhile ??= [];
        try {
            const page = await this.#page({});
            batch(() => this.#startWith(page));
        } catch (fault) {
            batch(() => {
                this.fault.value = fault;
                if (this.state.peek() !== "ready") this.state.value = "failed";
            });
        }
    }

    /** Read what could not be read: the newest page comes before an older one. */
    again() {
        return this.#meanwhile ? this.read() : this.readOlder();
    }

    /** Whether the newest page was asked for in vain. */
    get isBehind() {
        return this.#meanwhile !== null && this.fault.peek() !== null;
    }

    /** @param {MessagePage} page */
    #startWith(page) {
        const meanwhile = this.#meanwhile ?? [];
        this.#meanwhile = null;
        this.#reading += 1;
        this.blocks.value = page.items.length ? [new Block(page.items)] : [];
        this.#setOlder(page.next);
        this.state.value = "ready";
        for (const message of meanwhile) this.take(message);
        this.fault.value = null;
        this.readingOlder.value = false;
    }

    async readOlder() {
        if (!this.#older || this.readingOlder.peek()) return;
        this.readingOlder.value = true;
        const reading = this.#reading;
        try {
            const page = await this.#page({ before: this.#older });
            if (reading !== this.#reading) return;
            batch(() => {
                this.#setOlder(page.next);
                if (page.items.length) this.blocks.value = [new Block(page.items), ...this.blocks.peek()];
                this.readingOlder.value = false;
                this.fault.value = null;
            });
        } catch (fault) {
            batch(() => {
                this.readingOlder.value = false;
                this.fault.value = fault;
            });
        }
    }

    /** Keep a message unless a newer state of it is here. It is shown with its page. @param {MessageView} message */
    take(message) {
        this.#meanwhile?.push(message);
        if (this.state.peek() !== "ready") return;
        const blocks = this.blocks.peek();
        if (this.#isBeforeAll(message)) return;
        let at = blocks.length - 1;
        while (at > 0 && compareIds(message.id, blocks[at]?.first?.id ?? "0") < 0) at -= 1;
        const block = blocks[at];
        const isNewest = at === blocks.length - 1;
        if (!block || (isNewest && this.#overflows(block, message))) this.blocks.value = [...blocks, new Block([message])];
        else insert(block, message);
    }

    /** Messages older than what is shown come with their page, lest a gap opens. @param {MessageView} message */
    #isBeforeAll(message) {
        const first = this.blocks.peek()[0]?.first;
        return this.#older !== null && first !== undefined && compareIds(message.id, first.id) < 0;
    }

    /** @param {Block} block @param {MessageView} message */
    #overflows(block, message) {
        const items = block.items.peek();
        return items.length >= FULL_BLOCK && compareIds(message.id, items.at(-1)?.id ?? "0") > 0;
    }

    /** @param {string | null} cursor */
    #setOlder(cursor) {
        this.#older = cursor;
        this.hasOlder.value = cursor !== null;
    }

    /** @param {{before?: string}} query @returns {Promise<MessagePage>} */
    async #page(query) {
        const page = await ask("GET", `/conversations/${this.id}/messages`, { query: { limit: PAGE, ...query } });
        noteRead(page.seq);
        return page;
    }
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

/** The threads that were opened last, newest last. @type {Map<string, Thread>} */
const kept = new Map();

/** The thread of a conversation; read when it was not kept. @param {string} id */
export function thread(id) {
    const found = kept.get(id) ?? new Thread(id);
    if (!kept.has(id)) void found.read();
    kept.delete(id);
    kept.set(id, found);
    for (const old of [...kept.keys()].slice(0, -KEPT_THREADS)) kept.delete(old);
    return found;
}

/** @param {MessageView} message */
export function takeMessage(message) {
    if (!isForLater(message)) kept.get(message.conversation_id)?.take(message);
}

export function clearThreads() {
    kept.clear();
}

/** @param {string} id */
export function forgetThread(id) {
    kept.delete(id);
}

/** Read all anew: the journal cannot tell what was missed. */
export function refreshThreads() {
    for (const each of kept.values()) void each.read();
}

export function followThreads() {
    on("message.created", takeMessage);
    on("message.updated", takeMessage);
    effect(() => {
        if (line.value.state === "up") for (const each of kept.values()) if (each.isBehind) void each.again();
    });
}

/** Open a new round of a message that failed; the key makes two clicks one. @param {MessageView} message */
export async function retry(message) {
    const key = `retry-${message.id}-${message.round}`;
    takeMessage(await ask("POST", `/messages/${message.id}/retry`, { key }));
}

/** Take a message back before it leaves. @param {MessageView} message */
export async function cancel(message) {
    takeMessage(await ask("POST", `/messages/${message.id}/cancel`));
}
