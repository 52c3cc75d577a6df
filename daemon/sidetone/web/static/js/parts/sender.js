// @ts-check
import { html } from "../lib/ui.js";
import { t } from "../lib/words.js";
import { numberWords, numbersLastUsedFirst } from "../numbers.js";
import { goingOn } from "../router.js";
import { changeSender } from "../sender.js";
import { entered } from "./save-contact.js";
import { trying } from "./toast.js";

/**
 * The number that a text leaves from; with several of them another can be chosen, and what was typed goes along.
 *
 * @param {{conversation: import("../types.js").ConversationView}} props
 */
export function Sender({ conversation }) {
    const { number } = conversation;
    const numbers = numbersLastUsedFirst();
    if (numbers.length < 2) return html`<span class="from">${t("composer.from", { number: numberWords(number) })}</span>`;
    const change = (/** @type {string} */ chosen) => {
        const goOn = goingOn();
        void trying(async () => goOn(`messages/${(await changeSender(conversation, chosen)).id}`));
    };
    return html`<span class="from">
        <span aria-hidden="true">${t("new.from")}</span>
        <select aria-label=${t("new.from")} value=${number.number} onChange=${entered(change)}>
            ${numbers.map((each) => html`<option value=${each.number} selected=${each.number === number.number}>${numberWords(each)}</option>`)}
        </select>
    </span>`;
}
