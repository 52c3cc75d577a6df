// @ts-check
import { decideOptOut, turnBlock } from "../consent.js";
import { h, html } from "../lib/ui.js";
import { t } from "../lib/words.js";
import { Icon } from "./icon.js";
import { trying } from "./toast.js";

/** @typedef {import("../types.js").ConversationView} ConversationView */

/** What stands between this person and the party: a block, a question, or that nothing may be sent. @param {{conversation: ConversationView}} props */
export function Consent({ conversation }) {
    const { id, title: name, opted_out: optedOut, maybe_opt_out: maybe, blocked } = conversation;
    const decide = (/** @type {"opted_out" | "not_meant"} */ decision) => () => void trying(() => decideOptOut(id, decision));
    return html`<div class="consents" role="status">
        ${blocked &&
        html`<p class="consent">
            ${h(Icon, { name: "cancel" })}<span>${t("consent.blocked", { name })}</span>
            <button type="button" class="button" onClick=${() => void trying(() => turnBlock(conversation))}>${t("consent.unblock")}</button>
        </p>`}
        ${optedOut && html`<p class="consent warn">${h(Icon, { name: "pause" })}<span>${t("consent.opted_out", { name })}</span></p>`}
        ${maybe &&
        !optedOut &&
        html`<div class="consent warn">
            ${h(Icon, { name: "question" })}<span>${t("consent.maybe", { name })}</span>
            <button type="button" class="button" onClick=${decide("opted_out")}>${t("consent.meant")}</button>
            <button type="button" class="button" onClick=${decide("not_meant")}>${t("consent.not_meant")}</button>
        </div>`}
    </div>`;
}
