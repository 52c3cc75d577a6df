// @ts-check
import { conversation } from "../conversations.js";
import { h, html, useState } from "../lib/ui.js";
import { clock } from "../lib/time.js";
import { known, t } from "../lib/words.js";
import { cancel, retry } from "../threads.js";
import { contextOf } from "./context-menu.js";
import { copyText } from "./copy.js";
import { Icon } from "./icon.js";
import { Status, sentenceOf, toneOf, wordOf } from "./status.js";
import { Text } from "./text.js";
import { trying } from "./toast.js";

/** @typedef {import("../types.js").MessageView} MessageView */
/**
 * @typedef {object} BubbleProps
 * @property {MessageView} message
 * @property {boolean} joined it follows one of the same side closely
 * @property {boolean} current the one of its thread that Tab reaches
 * @property {boolean} newest the last of the thread: its status stands there in words
 * @property {boolean} sought it is what was looked for
 * @property {(id: string) => void} openDetails
 */

/** One message: who and what first, when and how it stands last. @param {BubbleProps} props */
export function Bubble({ message, joined, current, newest, sought, openDetails }) {
    const out = message.direction === "outbound";
    const found = conversation(message.conversation_id);
    const who = out ? t("thread.you") : (found?.title ?? "");
    return html`<article
        class="message ${out ? "out" : "in"} ${joined ? "joined" : ""} ${sought ? "sought" : ""}"
        data-row
        data-message=${message.id}
        data-status=${message.status}
        tabindex=${current ? 0 : -1}
        ...${contextOf(t("message.actions"), () => choices(message, openDetails))}
    >
        <div class="bubble-line">
            ${out && acts(message) && h(ErrorSign, { message })}
            <div class="bubble">
                <span class="only-heard">${who}: </span>
                ${h(Text, { body: message.body, country: found?.number.country })} ${h(Meta, { message, current, openDetails })}
            </div>
        </div>
        ${h(Flags, { message })} ${out && h(Standing, { message, newest })}
    </article>`;
}

/** @param {MessageView} message @param {(id: string) => void} openDetails @returns {import("./menu.js").Choice[]} */
function choices(message, openDetails) {
    return [
        { label: t("message.copy"), icon: "copy", act: () => copyText(message.body) },
        { label: t("message.details"), icon: "info", act: () => openDetails(message.id) },
        ...(acts(message) ? [{ label: t("message.retry"), icon: "retry", act: () => void trying(() => retry(message)) }] : []),
        ...(message.cancellable ? [{ label: t("message.cancel"), icon: "close", act: () => void trying(() => cancel(message)) }] : []),
    ];
}

/** When, and the sign of its status: opens the details. @param {Pick<BubbleProps, "message" | "current" | "openDetails">} props */
function Meta({ message, current, openDetails }) {
    return html`<button
        type="button"
        class="meta"
        tabindex=${current ? 0 : -1}
        title=${t("message.details")}
        onClick=${() => openDetails(message.id)}
    >
        <time datetime=${message.created_at}>${clock(message.created_at)}</time>
        ${message.direction === "outbound" && h(Status, { status: message.status })}
        <span class="only-heard">, ${t("message.details")}</span>
    </button>`;
}

/** What is out of the ordinary, such as "possibly received twice". @param {{message: MessageView}} props */
function Flags({ message }) {
    const elsewhere = otherNumber(message);
    if (!message.flags.length && !elsewhere) return null;
    return html`<p class="note warn">
        ${elsewhere && html`<span>${elsewhere}</span>`}
        ${message.flags.map((flag) => html`<span>${known(`flag.${flag}`) ?? flag.replaceAll("_", " ")}</span>`)}
    </p>`;
}

/** That it left from or came to another number than its conversation's, as a fallback does. @param {MessageView} message */
function otherNumber(message) {
    const number = conversation(message.conversation_id)?.number.number;
    if (!number || number === message.from_number) return "";
    return t(message.direction === "outbound" ? "message.left_by_fallback" : "message.came_to_fallback", { number: message.from_number });
}

/** Whether somebody should do something about it. @param {MessageView} message */
function acts(message) {
    const tone = toneOf(message.status);
    return message.retryable && (tone === "bad" || tone === "warn");
}

/** The error sign tries again at a click (KU-40); by keyboard the words below it do. @param {{message: MessageView}} props */
function ErrorSign({ message }) {
    const words = `${wordOf(message.status)}: ${t("message.retry")}`;
    return html`<button
        type="button"
        class="error-sign ${toneOf(message.status)}"
        tabindex="-1"
        aria-label=${words}
        title=${words}
        onClick=${() => trying(() => retry(message))}
    >
        ${h(Icon, { name: "retry" })}
    </button>`;
}

/** The status in words where it matters: at the end of the thread, and wherever somebody should act. @param {{message: MessageView, newest: boolean}} props */
function Standing({ message, newest }) {
    const tone = toneOf(message.status);
    if (!newest && !message.problem && !acts(message)) return null;
    return html`<p class="note ${tone}">
        <span>${sentenceOf(message)}</span>
        ${acts(message) && h(Act, { label: t("message.retry"), icon: "retry", act: () => retry(message) })}
        ${message.cancellable && h(Act, { label: t("message.cancel"), icon: "close", act: () => cancel(message) })}
    </p>`;
}

/** A button that does its thing once at a time. @param {{label: string, icon: string, act: () => Promise<unknown>}} props */
export function Act({ label, icon, act }) {
    const [busy, setBusy] = useState(false);
    const click = async (/** @type {Event} */ event) => {
        if (busy) return;
        const row = event.currentTarget instanceof Element ? event.currentTarget.closest("article") : null;
        setBusy(true);
        await trying(act);
        setBusy(false);
        requestAnimationFrame(() => keepFocus(row));
    };
    return html`<button type="button" class="link" aria-disabled=${busy} onClick=${click}>${h(Icon, { name: icon })}${label}</button>`;
}

/** A button that did its thing may be gone: the focus stays with its message, or goes to where one writes. @param {Element | null} row */
function keepFocus(row) {
    if (document.activeElement && document.activeElement !== document.body) return;
    const next = row?.isConnected ? row : document.querySelector(".composer-text");
    if (next instanceof HTMLElement) next.focus();
}
