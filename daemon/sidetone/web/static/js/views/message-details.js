// @ts-check
import { ask } from "../api.js";
import { exact } from "../lib/time.js";
import { h, html, useEffect, useRef, useState } from "../lib/ui.js";
import { known, t } from "../lib/words.js";
import { listen } from "../keys.js";
import { Trouble } from "../parts/empty.js";
import { Icon } from "../parts/icon.js";
import { lineOf } from "../parts/history.js";
import { Status, sentenceOf, wordOf } from "../parts/status.js";
import { on } from "../live.js";

/** @typedef {import("../types.js").MessageDetail} MessageDetail */
/** @typedef {import("../types.js").AttemptView} AttemptView */

/** Who looks at which message, so that its events are heard. @type {Map<string, () => void>} */
const open = new Map();
on("message.updated", ({ id }) => open.get(id)?.());

/** The whole history of a message beside its thread. @param {{id: string, onClose: () => void}} props */
export function MessageDetails({ id, onClose }) {
    const [detail, setDetail] = useState(/** @type {MessageDetail | null} */ (null));
    const [fault, setFault] = useState(/** @type {unknown} */ (null));
    const head = useRef(/** @type {HTMLHeadingElement | null} */ (null));
    const read = () => {
        ask("GET", `/messages/${id}`).then((found) => (setFault(null), setDetail(found)), setFault);
    };
    useEffect(() => {
        head.current?.focus();
        open.set(id, read);
        read();
        return () => void open.delete(id);
    }, [id]);
    useEffect(() => listen({ Escape: onClose }), [onClose]);
    return html`<aside class="details-pane" aria-label=${t("message.details")}>
        <header class="pane-head">
            <h2 tabindex="-1" ref=${head}>${t("message.details")}</h2>
            <button type="button" class="round" aria-label=${t("close")} title=${t("close_hint")} onClick=${onClose}>${h(Icon, { name: "close" })}</button>
        </header>
        <div class="details-body" tabindex="0" role="group" aria-label=${t("message.history")}>
            ${fault ? h(Trouble, { fault, again: read }) : detail ? h(Detail, { detail }) : html`<p class="busy" role="status">${t("reading")}</p>`}
        </div>
    </aside>`;
}

/** @param {{detail: MessageDetail}} props */
function Detail({ detail }) {
    const out = detail.direction === "outbound";
    return html`<p class="details-status">${h(Status, { status: detail.status })} <strong>${wordOf(detail.status)}</strong></p>
        ${detail.problem && html`<p class="details-reason">${sentenceOf(detail)}</p>`} ${h(Steps, { detail })}
        <h3>${t("message.facts")}</h3>
        <dl class="facts">
            ${h(Fact, { name: t(out ? "message.left_by" : "message.came_to"), value: detail.from_number })}
            ${h(Fact, { name: t("message.carrier"), value: detail.carrier })}
            ${h(Fact, { name: t("message.size"), value: `${t("composer.segments", { n: detail.segments })} · ${detail.encoding === "gsm7" ? "GSM-7" : "Unicode (UCS-2)"}` })}
            ${h(Fact, { name: t("message.author"), value: detail.author?.name ?? "" })}
            ${h(Fact, { name: t("message.code"), value: [detail.problem?.code, detail.problem?.text].filter(Boolean).join(" · ") })}
            ${h(Fact, { name: t("message.carrier_id"), value: detail.carrier_id ?? "" })} ${h(Fact, { name: t("message.id"), value: detail.id })}
        </dl>
        ${h(Raw, { detail })}`;
}

/** @param {{detail: MessageDetail}} props */
export function Steps({ detail }) {
    return html`<h3>${t("message.history")}</h3>
        <ol class="steps">
            ${detail.history.map((step) => html`<li><span>${lineOf(step, detail)}</span><time datetime=${step.at}>${exact(step.at)}</time></li>`)}
        </ol>`;
}

/** @param {{name: string, value: string}} props */
export function Fact({ name, value }) {
    return value
        ? html`<dt>${name}</dt>
              <dd>${value}</dd>`
        : null;
}

/** What the carrier said, word for word: one click away. @param {{detail: MessageDetail}} props */
export function Raw({ detail }) {
    const { attempts, receipts } = detail;
    if (!attempts.length && !receipts.length) return null;
    return html`<details class="raw">
        <summary>${t("message.raw")}</summary>
        ${attempts.map((attempt) => h(Attempt, { attempt }))}
        ${receipts.map((receipt) => {
            const words = [known(`status.${receipt.status}`) ?? receipt.status, receipt.code, receipt.text].filter(Boolean).join(" · ");
            return html`<p class="raw-item">
                <strong>${t("message.receipt")}</strong> ${words}${receipt.times > 1 && ` · ${t("message.times", { n: receipt.times })}`}<br />
                <code>${receipt.carrier_id}</code> <time datetime=${receipt.received_at}>${exact(receipt.received_at)}</time>
            </p>`;
        })}
    </details>`;
}

/** @param {{attempt: AttemptView}} props */
function Attempt({ attempt }) {
    const words = [attempt.outcome ? known(`outcome.${attempt.outcome}`) : t("outcome.none"), attempt.code, attempt.text].filter(Boolean).join(" · ");
    const ids = attempt.parts.map((part) => part.carrier_id).filter(Boolean);
    return html`<p class="raw-item">
        <strong>${t("message.attempt", { carrier: attempt.carrier })}</strong> ${words}<br />
        <code>${attempt.reference}</code> ${ids.map((id) => html`<code>${id}</code> `)}
        <time datetime=${attempt.started_at}>${exact(attempt.started_at)}</time>
    </p>`;
}
