// @ts-check
// Another of one's numbers for a text that is being written: it leaves from the conversation with that number.

import { openWith } from "./conversations.js";
import { drafts, keepDraft } from "./drafts.js";
import { useNumber } from "./numbers.js";
import { send } from "./outbox.js";

/** @typedef {import("./types.js").ConversationView} ConversationView */
/** @typedef {{sendAt: string | null}} Asked */

/** The conversations that are being left for another number, and whether the text shall go as soon as it is known. @type {Map<string, Asked | null>} */
const leaving = new Map();

/** Go on from another number, and take what was typed along; the conversation it has. @param {ConversationView} from @param {string} number */
export async function changeSender({ id, party }, number) {
    leaving.set(id, null);
    try {
        const other = await openWith(party.value, number);
        useNumber(number);
        moveDraft(id, other.id, leaving.get(id) ?? null);
        return other;
    } finally {
        leaving.delete(id);
    }
}

/**
 * Hand over what is typed once the chosen number is known; false when none is being chosen. Until then it stays a draft.
 *
 * @param {string} id
 * @param {string | null} sendAt
 */
export function sendOnceChanged(id, sendAt) {
    if (!leaving.has(id)) return false;
    leaving.set(id, { sendAt });
    return true;
}

/** @param {string} id @param {string} other @param {Asked | null} asked */
function moveDraft(id, other, asked) {
    const text = drafts.peek().get(id) ?? "";
    if (text.trim() && asked) send(other, text.trim(), asked.sendAt);
    else if (text && !drafts.peek().get(other)) keepDraft(other, text);
    else return;
    keepDraft(id, "");
}
