// @ts-check
// Who must not be texted, and whom this person does not want to hear from.

import { API, ask } from "./api.js";
import { keepConversation } from "./conversations.js";

/** @typedef {import("./types.js").OptOutView} OptOutView */
/** @typedef {import("./types.js").BlockView} BlockView */
/** @typedef {import("./types.js").ConversationView} ConversationView */

export const EXPORT = `${API}/opt-outs/export`;

/** One page of the list, newest first. @param {{party?: string, state: string, before?: string, limit: number, signal?: AbortSignal}} filter @returns {Promise<import("./types.js").Page<OptOutView>>} */
export function readOptOuts({ party, state, before, limit, signal }) {
    return ask("GET", "/opt-outs", { query: { party, state, before, limit }, signal });
}

/** @param {import("./types.js").NewOptOut} added @param {string} key */
export function addOptOut(added, key) {
    return ask("POST", "/opt-outs", { body: added, key });
}

/** @param {string} id @param {string} why how they have agreed */
export function liftOptOut(id, why) {
    return ask("DELETE", `/opt-outs/${id}`, { query: { why: why || undefined } });
}

/** Take over rows of a list that was kept elsewhere. @param {import("./types.js").NewOptOut[]} rows @returns {Promise<import("./types.js").ImportView>} */
export function bringIn(rows) {
    return ask("POST", "/opt-outs/import", { body: { rows } });
}

/** What a text that may have meant STOP did mean. @param {string} id of the conversation @param {"opted_out" | "not_meant"} decision */
export async function decideOptOut(id, decision) {
    keepConversation(await ask("POST", `/conversations/${id}/opt-out`, { body: { decision } }));
}

/** Hear no more of a party, or hear of it again. @param {ConversationView} conversation */
export async function turnBlock({ id, party, blocked }) {
    if (!blocked) await ask("POST", "/me/blocks", { body: { party: party.value } });
    else for (const each of await readBlocks()) if (each.party.value === party.value) await removeBlock(each.id);
    keepConversation(await ask("GET", `/conversations/${id}`));
}

/** Everyone whom this person has blocked. @returns {Promise<BlockView[]>} */
export async function readBlocks() {
    const items = [];
    for (let after = /** @type {string | null | undefined} */ (undefined); after !== null; ) {
        const page = /** @type {import("./types.js").Page<BlockView>} */ (await ask("GET", "/me/blocks", { query: { limit: 200, after } }));
        items.push(...page.items);
        after = page.items.length ? page.next : null;
    }
    return items;
}

/** @param {string} party in any spelling @param {string} key */
export function addBlock(party, key) {
    return ask("POST", "/me/blocks", { body: { party }, key });
}

/** @param {string} id */
export function removeBlock(id) {
    return ask("DELETE", `/me/blocks/${id}`);
}
