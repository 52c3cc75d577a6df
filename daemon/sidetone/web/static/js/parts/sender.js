// @ts-check
import { openWith } from "../conversations.js";
import { drafts, keepDraft } from "../drafts.js";
import { html } from "../lib/ui.js";
import { t } from "../lib/words.js";
import { numberWords, numbersLastUsedFirst, useNumber } from "../numbers.js";
import { go } from "../router.js";
import { entered } from "./save-contact.js";
import { trying } from "./toast.js";

/**
 * The number that a text leaves from; with several of them another can be chosen, and what was typed goes along.
 *
 * @param {{conversation: import("../types.js").ConversationView}} props
 */
export function Sender({ conversation }) {
    const { id, number, party } = conversation;
    const numbers = numbersLastUsedFirst();
    if (numbers.length < 2) return html`<span class="from">${t("composer.from", { number: numberWords(number) })}</span>`;
    const change = (/** @type {string} */ chosen) =>
        void trying(async () => {
            const other = await openWith(party.value, chosen);
            const text = drafts.peek().get(id);
            if (text && !drafts.peek().get(other.id)) {
                keepDraft(other.id, text);
                keepDraft(id, "");
            }
            useNumber(chosen);
            go(`messages/${other.id}`);
        });
    return html`<span class="from">
        <span aria-hidden="true">${t("new.from")}</span>
        <select aria-label=${t("new.from")} value=${number.number} onChange=${entered(change)}>
            ${numbers.map((each) => html`<option value=${each.number} selected=${each.number === number.number}>${numberWords(each)}</option>`)}
        </select>
    </span>`;
}
