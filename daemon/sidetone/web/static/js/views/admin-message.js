// @ts-check
import { readLogged, showBody } from "../admin.js";
import { exact } from "../lib/time.js";
import { h, html, useEffect, useState } from "../lib/ui.js";
import { known, t } from "../lib/words.js";
import { Trouble } from "../parts/empty.js";
import { Icon } from "../parts/icon.js";
import { Status, sentenceOf, wordOf } from "../parts/status.js";
import { trying } from "../parts/toast.js";
import { to } from "../router.js";
import { may } from "../state.js";
import { wayOf } from "./admin-messages.js";
import { Fact, Raw, Steps } from "./message-details.js";

/** @typedef {import("../types.js").LoggedDetail} LoggedDetail */

const EVERY = 5000;

/** "Where is my message?": the verdict, and everything it rests on. @param {{id: string}} props */
export function LoggedView({ id }) {
    const [found, setFound] = useState(/** @type {LoggedDetail | null} */ (null));
    const [fault, setFault] = useState(/** @type {unknown} */ (null));
    const read = () => void readLogged(id).then((next) => (setFault(null), setFound(next)), setFault);
    useEffect(() => {
        read();
        const timer = setInterval(() => document.visibilityState === "visible" && read(), EVERY);
        return () => clearInterval(timer);
    }, []);
    return html`<div class="page-inner">
        <header class="carrier-head">
            <a class="round" href=${to("admin/messages")} aria-label=${t("log.back")} title=${t("log.back")}>${h(Icon, { name: "back" })}</a>
            <h1>${t("log.message", { id })}</h1>
        </header>
        ${fault !== null && h(Trouble, { fault, again: read })} ${found ? h(Page, { found }) : fault === null && html`<p class="busy" role="status">${t("reading")}</p>`}
    </div>`;
}

/** @param {{found: LoggedDetail}} props */
function Page({ found }) {
    const { message, detail } = found;
    return html`${h(Verdict, { found })}
        <section class="card">
            <h2>${t("message.facts")}</h2>
            <dl class="facts">
                ${h(Fact, { name: t("log.direction"), value: wayOf(message.direction) })} ${h(Fact, { name: t("audit.when"), value: exact(message.at) })}
                ${h(Fact, { name: t("log.our_number"), value: message.number })} ${h(Fact, { name: t("log.outside"), value: message.party ?? "" })}
                ${h(Fact, { name: t("message.carrier"), value: message.carrier })} ${h(Fact, { name: t("message.author"), value: message.author ?? "" })}
                ${h(Fact, { name: t("message.size"), value: sizeOf(found) })}
                ${h(Fact, { name: t("message.code"), value: [detail.problem?.code, detail.problem?.text].filter(Boolean).join(" · ") })}
                ${h(Fact, { name: t("message.carrier_id"), value: carrierIds(detail) })} ${h(Fact, { name: t("log.correlation"), value: message.correlation })}
            </dl>
            ${h(Body, { id: message.id })}
        </section>
        <section class="card">${h(Steps, { detail })} ${h(Raw, { detail })}</section>`;
}

/** Where it is, whose doing that is, whom to ask. @param {{found: LoggedDetail}} props */
function Verdict({ found }) {
    const { verdict, detail } = found;
    const said = [`where.${verdict.where}`, `fault.${verdict.fault}`, `ticket.${verdict.ticket}`].map((key) => known(key) ?? "");
    const words = said[0] ? said.filter(Boolean).join(" ") : verdict.text;
    return html`<section class="card verdict">
        <h2>${t("log.where_is_it")}</h2>
        <p class="carrier-state">${h(Status, { status: detail.status })} <strong>${wordOf(detail.status)}</strong></p>
        <p class="verdict-words">${words}</p>
        ${detail.problem && html`<p class="hint">${sentenceOf(detail)}</p>`}
    </section>`;
}

/** @param {LoggedDetail} found */
function sizeOf({ detail, characters }) {
    const code = detail.encoding === "gsm7" ? "GSM-7" : "Unicode (UCS-2)";
    return `${t("log.characters", { n: characters })} (${t("composer.segments", { n: detail.segments })}) · ${code}`;
}

/** @param {import("../types.js").MessageDetail} detail */
function carrierIds({ carrier_id: own, attempts }) {
    const ids = attempts.flatMap((attempt) => attempt.parts.map((part) => part.carrier_id));
    return [...new Set([own, ...ids])].filter(Boolean).join(", ");
}

/** What it says: only with a right to it, and only when asked for. @param {{id: string}} props */
function Body({ id }) {
    const [body, setBody] = useState(/** @type {string | null} */ (null));
    if (!may("bodies")) return html`<p class="hint">${t("log.no_right")}</p>`;
    if (body !== null) return html`<blockquote class="logged-body" dir="auto">${body}</blockquote>`;
    const show = () => void trying(async () => setBody(await showBody(id)));
    return html`<p class="try-listen"><button type="button" class="button" onClick=${show}>${t("log.show_body")}</button> <span class="hint">${t("log.audited")}</span></p>`;
}
