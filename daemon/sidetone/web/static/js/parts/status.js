// @ts-check
import { h, html } from "../lib/ui.js";
import { known, t } from "../lib/words.js";
import { Icon } from "./icon.js";

/** @typedef {import("../types.js").MessageView} MessageView */

/** @type {Record<string, {icon: string, tone: string}>} */
const LOOKS = {
    waiting: { icon: "clock", tone: "quiet" },
    queued: { icon: "clock", tone: "quiet" },
    scheduled: { icon: "clock", tone: "quiet" },
    held: { icon: "pause", tone: "warn" },
    sending: { icon: "up", tone: "quiet" },
    unknown: { icon: "question", tone: "warn" },
    sent: { icon: "check", tone: "quiet" },
    delivered: { icon: "checks", tone: "good" },
    failed: { icon: "alert", tone: "bad" },
    undelivered: { icon: "alert", tone: "bad" },
    expired: { icon: "expired", tone: "bad" },
    cancelled: { icon: "cancel", tone: "quiet" },
    received: { icon: "down", tone: "quiet" },
};
const UNKNOWN_LOOK = { icon: "question", tone: "warn" };

/** @param {string} status */
export function toneOf(status) {
    return (LOOKS[status] ?? UNKNOWN_LOOK).tone;
}

/** @param {string} status */
export function wordOf(status) {
    return known(`status.${status}`) ?? status;
}

/** The sign of a status; its word is its tooltip and is heard. @param {{status: string}} props */
export function Status({ status }) {
    const { icon, tone } = LOOKS[status] ?? UNKNOWN_LOOK;
    return html`<span class="status ${tone}" title=${wordOf(status)}>
        ${h(Icon, { name: icon })}<span class="only-heard">${wordOf(status)}</span>
    </span>`;
}

/**
 * Where a message stands and whose doing that is, in a sentence, with the carrier's own words when it has failed.
 *
 * @param {MessageView} message
 */
export function sentenceOf({ status, status_text, problem }) {
    if (!problem) return wordOf(status);
    const reason = known(`reason.${problem.kind}`);
    if (!reason) return status_text;
    const said = problem.text && toneOf(status) === "bad" ? ` ${t("message.said", { text: problem.text })}` : "";
    return `${wordOf(status)}: ${reason}.${said}`;
}

/** @param {"sms" | "chat"} kind */
export function kindWord(kind) {
    return t(kind === "sms" ? "kind.sms" : "kind.chat");
}

/**
 * The green mark of SMS, the blue one of chat, each with its word and, where it matters, the number of ours.
 *
 * @param {{kind: "sms" | "chat", by?: string}} props
 */
export function KindMark({ kind, by = "" }) {
    return html`<span class="kind ${kind}">
        ${h(Icon, { name: kind === "sms" ? "sms" : "messages" })}${kindWord(kind)}${by && html` <span class="kind-by">${by}</span>`}
    </span>`;
}
