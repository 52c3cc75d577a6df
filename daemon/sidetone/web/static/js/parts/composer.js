// @ts-check
import { drafts, keepDraft } from "../drafts.js";
import { segment } from "../lib/segments.js";
import { h, html, useEffect, useLayoutEffect, useMemo, useRef, useState } from "../lib/ui.js";
import { t } from "../lib/words.js";
import { useNumber } from "../numbers.js";
import { send } from "../outbox.js";
import { place } from "../router.js";
import { sendOnceChanged } from "../sender.js";
import { me } from "../state.js";
import { Icon } from "./icon.js";
import { LaterDialog } from "./later-dialog.js";
import { Sender } from "./sender.js";
import { Smileys } from "./smileys.js";

/** @typedef {import("../types.js").ConversationView} ConversationView */

/** The most characters that a message may have, until the daemon has said so. */
const LONGEST = 4096;

/**
 * Where a text is written. What is typed is a draft at once; Enter or the button hand it over and leave nothing to
 * send a second time.
 *
 * @param {{conversation: ConversationView, sent: () => void}} props
 */
export function Composer({ conversation, sent }) {
    const { id } = conversation;
    const area = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
    const text = drafts.value.get(id) ?? "";
    useFocusAtStart(area, id);
    useTypedText(area, id);
    const [later, setLater] = useState(false);
    const handOver = (/** @type {string | null} */ sendAt) => {
        const body = (area.current?.value ?? "").trim();
        if (!body || tooLong(body) || sendOnceChanged(id, sendAt)) return;
        if (area.current) area.current.value = "";
        keepDraft(id, "");
        useNumber(conversation.number.number);
        send(id, body, sendAt);
        sent();
        area.current?.focus();
    };
    const submit = (/** @type {Event} */ event) => {
        event.preventDefault();
        handOver(null);
    };
    const choose = (/** @type {string} */ sendAt) => {
        setLater(false);
        handOver(sendAt);
    };
    const unfit = !text || tooLong(text) > 0;
    const key = (/** @type {KeyboardEvent} */ event) => {
        if (event.key === "Enter" && !event.shiftKey && !event.isComposing) submit(event);
    };
    return html`<form class="composer" onSubmit=${submit}>
        <div class="composer-field">
        <div class="composer-box" data-text=${`${text}\u200b`}>
            <textarea
                ref=${area}
                class="composer-text"
                rows="1"
                dir="auto"
                enterkeyhint="send"
                placeholder=${t("composer.placeholder")}
                aria-label=${t("composer.label", { name: conversation.title })}
                aria-describedby="composer-count"
                onInput=${() => keepDraft(id, area.current?.value ?? "")}
                onKeyDown=${key}
            ></textarea>
        </div>
            ${h(Smileys, { pick: (smiley) => insert(area.current, id, smiley) })}
            <button type="button" class="round" aria-label=${t("later.title")} title=${t("later.title")} aria-disabled=${unfit} onClick=${() => !unfit && setLater(true)}>
                ${h(Icon, { name: "clock" })}
            </button>
        </div>
        <button type="submit" class="send" aria-label=${t("composer.send")} title=${t("composer.send_hint")} aria-disabled=${unfit}>
            ${h(Icon, { name: "send" })}
        </button>
        ${h(Foot, { text, conversation })} ${later && h(LaterDialog, { choose, onClose: () => setLater(false) })}
    </form>`;
}

/** Put something in where the cursor stands. @param {HTMLTextAreaElement | null} area @param {string} id @param {string} what */
function insert(area, id, what) {
    if (!area) return;
    area.setRangeText(what, area.selectionStart, area.selectionEnd, "end");
    keepDraft(id, area.value);
    area.focus();
}

/** The draft of the opened conversation; also when another window, or "edit", changes it. @param {{current: HTMLTextAreaElement | null}} area @param {string} id */
function useTypedText(area, id) {
    const kept = drafts.value.get(id) ?? "";
    useLayoutEffect(() => {
        if (area.current && area.current.value.trim() !== kept.trim()) area.current.value = kept;
    }, [id, kept]);
}

/** On a touch screen the keyboard comes when it is asked for; who looked for a message is led to that. @param {{current: HTMLTextAreaElement | null}} area @param {string} id */
function useFocusAtStart(area, id) {
    useEffect(() => {
        if (matchMedia("(pointer: fine)").matches && !place.peek().query.has("at")) area.current?.focus({ preventScroll: true });
    }, [id]);
}

/** How many characters too many; counted without the blanks around, which are not sent. @param {string} typed */
function tooLong(typed) {
    const text = typed.trim();
    const longest = me.value?.longest_text ?? LONGEST;
    return Math.max(0, text.length > longest ? [...text].length - longest : 0);
}

/** The number it leaves from, and segments and alphabet while typing. @param {{text: string, conversation: ConversationView}} props */
function Foot({ text, conversation }) {
    const counted = useMemo(() => segment(text.trim()), [text]);
    const excess = tooLong(text);
    const words = excess ? t("composer.too_long", { n: excess, longest: me.value?.longest_text ?? LONGEST }) : text && countWords(counted);
    return html`<div class="composer-foot">
        ${h(Sender, { conversation })}
        <span class="count ${excess ? "bad" : ""}" id="composer-count" data-segments=${text ? counted.parts.length : 0}>${words}</span>
    </div>`;
}

/** @param {import("../lib/segments.js").Segments} counted */
function countWords({ parts, room, because }) {
    const segments = t("composer.segments", { n: parts.length });
    if (because !== null) return `${segments} · ${t("composer.unicode", { char: because })}`;
    return `${segments} · ${t("composer.room", { n: room })}`;
}
