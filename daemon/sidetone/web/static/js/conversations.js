// @ts-check
// The conversations this person takes part in, newest activity first, a page at a time, kept up by events.

import { ask, Refused } from "./api.js";
import { compareIds } from "./lib/ids.js";
import { Shelf } from "./lib/shelf.js";
import { computed, signal } from "./lib/ui.js";
import { isForLater } from "./later.js";
import { noteRead, on } from "./live.js";

/** @typedef {import("./types.js").ConversationView} ConversationView */
/** @typedef {import("./types.js").MessageView} MessageView */
/** @typedef {import("./types.js").ReadView} ReadView */
/** @typedef {import("./types.js").ContactView} ContactView */
/** @typedef {import("./types.js").Page<ConversationView>} ConversationPage */

const PAGE = 50;
/** The most conversations that the daemon hands over at once. */
const MOST = 200;

/** @type {Shelf<ConversationView>} */
const shelf = new Shelf();
const version = signal(0);
const bump = () => (version.value += 1);

/** The cursor of the next older page; undefined before the first page, null after the last. @type {string | null | undefined} */
let older;
/** @type {Promise<void> | null} */
let reading = null;
/** How far conversations were read, as long as the daemon does not know. @type {Map<string, string>} */
const untold = new Map();

/** Whether the first page is there; `fault` says why not. */
export const loaded = signal(false);
/** @type {import("./lib/ui.js").Signal<unknown>} */
export const fault = signal(null);

/** Those with a message, newest activity first; one that was only opened is not listed (KU-18). */
export const listed = computed(() => {
    version.value;
    return shelf.values().filter((each) => each.last_message).sort(byActivity);
});

/** Those of them without a gap: older ones may be known (by their events, as unread ones or favourites), and stand in their places once all between are read. */
export const inOrder = computed(() => {
    const found = listed.value;
    const edge = older;
    return edge ? found.filter((each) => compareIds(each.last_message?.id ?? "0", edge) >= 0) : found;
});

export const unreadTotal = computed(() => listed.value.reduce((sum, each) => sum + (each.muted ? 0 : each.unread), 0));

/** @param {ConversationView} a @param {ConversationView} b */
function byActivity(a, b) {
    return compareIds(b.last_message?.id ?? "0", a.last_message?.id ?? "0");
}

/** One conversation, if it is known yet. @param {string} id */
export function conversation(id) {
    version.value;
    return shelf.get(id);
}

/** Make sure one conversation is known. @param {string} id */
export async function find(id) {
    if (!shelf.get(id)) keep(await ask("GET", `/conversations/${id}`));
}

/** The conversation with a party, found or made. @param {string} number as typed @param {string | undefined} from a number of ours */
export async function openWith(number, from) {
    const found = /** @type {ConversationView} */ (await ask("POST", "/conversations", { body: { kind: "sms", to: number, from } }));
    keep(found);
    return found;
}

/** Read the next older page; the first one when there is none yet. */
export function readMore() {
    if (older !== null) reading ??= readPage().finally(() => (reading = null));
    return reading ?? Promise.resolve();
}

async function readPage() {
    fault.value = null;
    try {
        const page = await readList({ before: older });
        older = page.next;
        loaded.value = true;
        bump();
    } catch (thrown) {
        fault.value = thrown;
    }
}

/**
 * One page of the list under a filter; what it holds is kept.
 *
 * @param {{before?: string | null, limit?: number, q?: string, unread?: true, favourite?: true, signal?: AbortSignal}} filter
 * @returns {Promise<ConversationPage>}
 */
export async function readList({ before, limit = PAGE, q, unread, favourite, signal: abort }) {
    const query = { limit, before: before ?? undefined, q, unread, favourite };
    const page = /** @type {ConversationPage} */ (await ask("GET", "/conversations", { query, signal: abort }));
    noteRead(page.seq);
    for (const each of page.items) shelf.put(each, page.seq);
    bump();
    return page;
}

/** An answer without a place in the journal: it counts when it knows a newer message. @param {ConversationView} found */
function keep(found) {
    const known = shelf.get(found.id);
    if (!known) shelf.put(found, null);
    else if (compareIds(found.last_message?.id ?? "0", known.last_message?.id ?? "0") > 0) shelf.change(found.id, () => found);
    bump();
}

/** An answer that shows what this person has just changed. @param {ConversationView} found */
export function keepConversation(found) {
    edit(found.id, (known) => ({ ...known, opted_out: found.opted_out, maybe_opt_out: found.maybe_opt_out, blocked: found.blocked }));
}

/** @param {string} id @param {Partial<Pick<ConversationView, "favourite" | "muted">>} change */
export async function changeConversation(id, change) {
    const { favourite, muted } = await ask("PATCH", `/conversations/${id}`, { body: change });
    edit(id, (known) => ({ ...known, favourite, muted }));
}

/** Take it off this person's list. @param {string} id */
export async function removeConversation(id) {
    await ask("DELETE", `/conversations/${id}`);
    shelf.remove(id);
    bump();
}

/** Everything up to this message was seen; what is unread then comes as an event, in order with new messages. @param {string} id @param {string} upTo */
export async function markRead(id, upTo) {
    edit(id, (known) => ({ ...known, unread: 0, read_up_to: upTo }));
    untold.set(id, upTo);
    try {
        await ask("PUT", `/conversations/${id}/read`, { body: { up_to: upTo } });
        if (untold.get(id) === upTo) untold.delete(id);
    } catch (thrown) {
        if (thrown instanceof Refused && !thrown.passing) untold.delete(id);
    }
}

/** The line is back: tell what was read without it. */
export function tellReads() {
    for (const [id, upTo] of untold) void markRead(id, upTo);
}

/** @param {string} id @param {(known: ConversationView) => ConversationView} change @param {string | null} [seq] of the event */
function edit(id, change, seq = null) {
    if (shelf.change(id, change, seq)) bump();
}

/** @param {ReadView} read @param {string | null} [seq] of the event */
function readTo(read, seq = null) {
    edit(read.conversation_id, (known) => ({ ...known, unread: read.unread, read_up_to: read.read_up_to }), seq);
}

/** A message that was made or has changed, by event or by an answer of our own. @param {MessageView} message @param {string | null} [seq] of the event */
export function noteMessage(message, seq = null) {
    if (isForLater(message)) return undefined;
    const known = shelf.get(message.conversation_id);
    if (!known) return void find(message.conversation_id).catch(() => {});
    const order = compareIds(message.id, known.last_message?.id ?? "0");
    if (order < 0 || (order === 0 && message.updated_at < (known.last_message?.updated_at ?? ""))) return undefined;
    const heard = order > 0 && message.direction === "inbound" ? 1 : 0;
    return edit(known.id, (each) => ({ ...each, last_message: message, unread: each.unread + heard }), seq);
}

/** A contact was made, changed or removed: titles follow at once (KU-31, KU-37). @param {ContactView | {id: string, removed: true}} contact @param {string | null} [seq] of the event */
export function noteContact(contact, seq = null) {
    if ("removed" in contact) return noteContactGone(contact.id, seq);
    const numbers = new Set(contact.numbers.map((each) => each.number));
    for (const known of shelf.values()) {
        if (numbers.has(known.party.value)) {
            edit(known.id, (each) => ({ ...each, title: contact.name, contact: { id: contact.id, name: contact.name } }), seq);
        } else if (known.contact?.id === contact.id) noteNoContact(known, seq);
    }
    return undefined;
}

/** @param {string} id of a contact that is gone @param {string | null} [seq] of the event */
export function noteContactGone(id, seq = null) {
    for (const known of shelf.values()) if (known.contact?.id === id) noteNoContact(known, seq);
}

/** The name of whoever is outside, null where nobody knows it. @param {Pick<ConversationView, "contact" | "listed">} conversation */
export function knownAs({ contact, listed }) {
    return contact?.name ?? listed?.name ?? null;
}

/** @param {ConversationView} known @param {string | null} seq */
function noteNoContact(known, seq) {
    edit(known.id, (each) => ({ ...each, title: each.listed?.name ?? each.party.display, contact: null }), seq);
}

/** Forget all: somebody else signs in, or the journal was lost. */
export function clear() {
    shelf.clear();
    untold.clear();
    older = undefined;
    loaded.value = false;
    bump();
}

/** @param {(id: string) => void} whenRemoved */
export function followConversations(whenRemoved) {
    const take = (/** @type {ConversationView} */ data, /** @type {string} */ seq) => shelf.put(data, seq) && bump();
    on("conversation.created", take);
    on("conversation.updated", take);
    on("conversation.removed", ({ id }) => {
        shelf.remove(id);
        bump();
        whenRemoved(id);
    });
    on("read.updated", readTo);
    on("message.created", noteMessage);
    on("message.updated", noteMessage);
    on("contact.updated", noteContact);
}

/** Everything the list needs at the start: the newest page, and, however old, who waits for an answer and the favourites. */
export async function readStart() {
    await readMore();
    if (loaded.peek()) await Promise.all([readAll({ unread: true }), readAll({ favourite: true })]).catch(() => {});
}

/** Every page under a filter, so that what is counted of it is true. @param {{unread?: true, favourite?: true}} filter */
async function readAll(filter) {
    for (let before = /** @type {string | null | undefined} */ (undefined); before !== null; ) before = (await readList({ ...filter, before, limit: MOST })).next;
}
