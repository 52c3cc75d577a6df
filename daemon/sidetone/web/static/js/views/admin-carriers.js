// @ts-check
import { EVERY, carriers, carriersFault, readCarriers, readOdd } from "../carriers.js";
import { brief, clock, exact } from "../lib/time.js";
import { h, html, useEffect, useState } from "../lib/ui.js";
import { known, language, t } from "../lib/words.js";
import { Empty, Trouble } from "../parts/empty.js";
import { HealthMark, saidOf } from "../parts/health.js";
import { Icon } from "../parts/icon.js";
import { Table } from "../parts/table.js";
import { place, to } from "../router.js";
import { cutting, usePages } from "../table.js";
import { TryCarrier } from "./admin-carrier-test.js";
import { WaysCard } from "./admin-ways.js";

/** @typedef {import("../types.js").CarrierView} CarrierView */

/** Every carrier, or the one that the address names; read anew while it is looked at. */
export function CarriersView() {
    useEffect(() => {
        void readCarriers();
        const timer = setInterval(() => document.visibilityState === "visible" && void readCarriers(), EVERY);
        return () => clearInterval(timer);
    }, []);
    const all = carriers.value;
    const name = place.value.item;
    const chosen = all?.find((each) => each.name === name);
    return html`<div class="page-inner">
        ${chosen ? h(OneHead, { carrier: chosen }) : html`<h1>${t("admin.carriers")}</h1>`}
        ${carriersFault.value !== null && h(Trouble, { fault: carriersFault.value, again: readCarriers })}
        ${chosen ? h(One, { carrier: chosen }) : all ? h(All, { all }) : html`<p class="busy" role="status">${t("reading")}</p>`} ${!chosen && all && all.length > 0 && h(WaysCard, {})}
    </div>`;
}

/** @param {{all: CarrierView[]}} props */
function All({ all }) {
    const pages = usePages(cutting(all, columns()), all, "name");
    const keyOf = (/** @type {CarrierView} */ carrier) => carrier.name;
    const marks = (/** @type {CarrierView} */ carrier) => ({ "data-carrier": carrier.name });
    const empty = { icon: "signal", title: t("carrier.none"), text: t("carrier.none_text") };
    if (!all.length) return h(Empty, empty);
    return html`<section class="card">
        <p class="page-about">${t("carrier.about")}</p>
        ${h(Table, { name: "carriers", label: t("admin.carriers"), columns: columns(), pages, keyOf, marks, empty })}
    </section>`;
}

/** @returns {import("../table.js").Column[]} */
function columns() {
    const link = (/** @type {CarrierView} */ { name, type }) => html`<a href=${to(`admin/carriers/${encodeURIComponent(name)}`)}>${name}</a> <span class="hint">${type}</span>`;
    const state = (/** @type {CarrierView} */ carrier) => html`${h(HealthMark, { state: carrier.state })} ${carrier.sentence && html`<p class="hint">${saidOf(carrier)}</p>`}`;
    return [
        { id: "name", title: t("message.carrier"), head: true, sorts: true, key: (carrier) => carrier.name, cell: link, text: (carrier) => carrier.name },
        { id: "state", title: t("admin.state"), sorts: true, key: (carrier) => carrier.state, cell: state, text: (carrier) => [carrier.state, saidOf(carrier)].filter(Boolean).join(": ") },
        { id: "waiting", title: t("carrier.waiting"), sorts: true, key: (carrier) => carrier.waiting, cell: (carrier) => waitWords(carrier.waiting, carrier.oldest_waiting), text: (carrier) => String(carrier.waiting) },
        { id: "hour", title: t("carrier.last_hour"), cell: outcomeWords, text: outcomeWords },
    ];
}

/** @param {{carrier: CarrierView}} props */
function OneHead({ carrier }) {
    return html`<header class="carrier-head">
        <a class="round" href=${to("admin/carriers")} aria-label=${t("carrier.back")} title=${t("carrier.back")}>${h(Icon, { name: "back" })}</a>
        <h1>${carrier.name}</h1>
        <span class="hint">${carrier.type}</span>
    </header>`;
}

/** @param {{carrier: CarrierView}} props */
function One({ carrier }) {
    const { state, sentence, queue, waiting, oldest_waiting: oldest, under_way: underWay } = carrier;
    const bears = [
        carrier.rate === null ? t("carrier.no_rate") : t("carrier.rate", { n: carrier.rate }),
        t("carrier.at_once", { n: carrier.concurrency }),
        carrier.longest_text && t("carrier.longest", { n: carrier.longest_text }),
    ];
    return html`<section class="card">
            <h2>${t("admin.state")}</h2>
            <p class="carrier-state">${h(HealthMark, { state })} ${sentence && html`<span>${saidOf(carrier)}</span>`}</p>
            ${queue && html`<p class="note warn">${queue}</p>`}
            <dl class="facts">
                <dt>${t("carrier.way")}</dt>
                <dd>${standingWords(carrier)}</dd>
                <dt>${t("carrier.limits")}</dt>
                <dd>${bears.filter(Boolean).join(" · ")}</dd>
                <dt>${t("carrier.waiting")}</dt>
                <dd>${waitWords(waiting, oldest)}</dd>
                <dt>${t("carrier.under_way")}</dt>
                <dd>${underWay.toLocaleString(language.value)}</dd>
                <dt>${t("carrier.last_hour")}</dt>
                <dd>${outcomeWords(carrier)}</dd>
                <dt>${t("carrier.last_inbound")}</dt>
                <dd>${carrier.last_inbound_at ? exact(carrier.last_inbound_at) : t("carrier.no_inbound")}</dd>
            </dl>
        </section>
        ${h(OddCard, { key: `odd ${carrier.name}`, name: carrier.name })} ${h(TryCarrier, { key: carrier.name, carrier })}`;
}

/** What came by it and nobody could read; nothing where there is none. @param {{name: string}} props */
function OddCard({ name }) {
    const [odd, setOdd] = useState(/** @type {import("../types.js").OddView[]} */ ([]));
    useEffect(() => void readOdd(name).then(setOdd, () => {}), [name]);
    if (!odd.length) return null;
    return html`<section class="card">
        <h2>${t("carrier.odd")}</h2>
        <p class="page-about">${t("carrier.odd_about", { command: `sidetone carriers odd ${name}` })}</p>
        <ol class="parts">
            ${odd.map(({ id, at, reason, size }) => html`<li key=${id}><time datetime=${at}>${exact(at)}</time> <span>${reason}</span> <span class="hint">${t("carrier.odd_size", { n: size })}</span></li>`)}
        </ol>
    </section>`;
}

/** What routes make of it. @param {CarrierView} carrier */
function standingWords({ standing, tried_again_at: at }) {
    return standing === "paused" && at ? t("carrier.paused", { time: clock(at) }) : t(standing === "paused" ? "carrier.trial" : `carrier.${standing}`);
}

/** @param {number} waiting @param {string | null} oldest */
function waitWords(waiting, oldest) {
    const count = waiting ? t("carrier.waiting_count", { n: waiting }) : t("carrier.none_waiting");
    return oldest ? `${count} · ${t("carrier.oldest", { time: brief(oldest) })}` : count;
}

/** @param {CarrierView} carrier */
function outcomeWords({ outcomes }) {
    const said = outcomes.map(({ outcome, kind, count }) => {
        const words = known(`outcome.${outcome ?? "none"}`) ?? outcome;
        const why = kind && (known(`refusal.${kind}`) ?? kind);
        return `${count.toLocaleString(language.value)} ${words}${why ? ` (${why})` : ""}`;
    });
    return said.join(" · ") || t("carrier.nothing_sent");
}
