// @ts-check
import { exact } from "../lib/time.js";
import { h, html, useEffect, useState } from "../lib/ui.js";
import { t } from "../lib/words.js";
import { confirmed } from "../parts/confirm.js";
import { Trouble } from "../parts/empty.js";
import { Icon } from "../parts/icon.js";
import { tell, trying } from "../parts/toast.js";
import { cleanUp, readRetention } from "../retention.js";
import { Holds } from "./admin-holds.js";

/** @typedef {import("../types.js").RetentionView} RetentionView */
/** @typedef {import("../types.js").RetentionRun} RetentionRun */

const EVERY = 3000; // ms between looks while a run is under way

/** How long things are kept, what would go and what went, and what is held. */
export function RetentionPage() {
    const [view, setView] = useState(/** @type {RetentionView | null} */ (null));
    const [fault, setFault] = useState(/** @type {unknown} */ (null));
    const [last, setLast] = useState(/** @type {RetentionRun | null} */ (null));
    const read = () => readRetention().then((found) => (setView(found), setFault(null)), setFault);
    useEffect(() => void read(), []);
    useEffect(() => {
        const timer = view?.running ? setInterval(read, EVERY) : 0;
        return () => clearInterval(timer);
    }, [view?.running]);
    const start = (/** @type {boolean} */ dry, sure = false) =>
        void trying(async () => {
            const { run } = await cleanUp({ dry_run: dry, clock_is_right: sure });
            setLast(run);
            if (!run) tell(t("retention.goes_on"));
            await read();
        });
    return html`<div class="page-inner">
        <header class="page-head">
            <div>
                <h1>${t("retention.title")}</h1>
                <p class="page-about">${t("retention.about")}</p>
            </div>
        </header>
        ${fault !== null && h(Trouble, { fault, again: read })} ${view ? h(Policy, { view, start }) : html`<p class="busy" role="status">${t("reading")}</p>`}
        ${last && h(Report, { run: last })} ${h(Holds, {})} ${view && h(Runs, { runs: view.runs })}
    </div>`;
}

/** @param {{view: RetentionView, start: (dry: boolean, sure?: boolean) => void}} props */
function Policy({ view: { policy, waiting, running, clock_is_sure: sure }, start }) {
    const go = async () => (await confirmed(t("retention.run"), t("retention.run_text"), t("retention.run"))) && start(false);
    const vouch = async () => (await confirmed(t("retention.clock_right"), t("retention.clock_text"), t("retention.clock_right"))) && start(true, true);
    return html`<section class="card">
        <h2>${t("retention.periods")}</h2>
        <dl class="facts">
            ${h(Fact, { name: t("retention.texts"), days: policy.sms_days })}
            ${policy.own.map(({ number, sms_days: days }) => h(Fact, { key: number, name: t("retention.texts_of", { number }), days }))}
            ${h(Fact, { name: t("retention.attempts"), days: policy.attempts_days })} ${h(Fact, { name: t("retention.raw"), days: policy.raw_days })}
            ${h(Fact, { name: t("admin.audit"), days: policy.audit_days })}
        </dl>
        <p class="hint">${t("retention.grace", { n: policy.grace_days })}</p>
        ${waiting.map((words) => html`<p class="note warn">${words}</p>`)} ${running && html`<p class="busy" role="status">${t("retention.running")}</p>`}
        ${!sure && html`<p class="note bad">${t("retention.clock")} <button type="button" class="link" onClick=${vouch}>${t("retention.clock_right")}</button></p>`}
        <div class="buttons">
            <button type="button" class="button" aria-disabled=${running} onClick=${() => running || start(true)}>${h(Icon, { name: "search" })}${t("retention.dry")}</button>
            <button type="button" class="button danger" aria-disabled=${running} onClick=${() => running || void go()}>${h(Icon, { name: "trash" })}${t("retention.run")}</button>
        </div>
    </section>`;
}

/** @param {{name: string, days: number}} props */
function Fact({ name, days }) {
    return html`<dt>${name}</dt>
        <dd>${days ? t("retention.days", { n: days }) : t("retention.ever")}</dd>`;
}

/** What the run did that was just asked for. @param {{run: RetentionRun}} props */
function Report({ run }) {
    const { report } = run;
    return html`<section class="card" aria-label=${t("retention.report")} role="status">
        <h2>${t(run.outcome === "done" ? (run.dry_run ? "retention.would_go" : "retention.gone") : `retention.${run.outcome}`)}</h2>
        ${run.outcome === "refused" ? html`<p>${t("retention.clock")}</p>` : html`<p>${counts(run)}</p>`} ${report.held > 0 && html`<p>${t("retention.held", { n: report.held })}</p>`}
    </section>`;
}

/** @param {{runs: RetentionRun[]}} props */
function Runs({ runs }) {
    return html`<section class="card">
        <h2>${t("retention.runs")}</h2>
        ${!runs.length && html`<p class="hint">${t("retention.no_runs")}</p>`}
        ${runs.map(
            (run) => html`<div class="person">
                <div class="person-who">
                    <p>${t(run.dry_run ? "retention.kind_dry" : "retention.kind_run")} · ${t(`retention.${run.outcome}`)}: ${counts(run)}</p>
                    <p class="hint"><time datetime=${run.started_at}>${exact(run.started_at)}</time> · ${run.asked_by?.name ?? t("retention.by_itself")}</p>
                </div>
            </div>`,
        )}
    </section>`;
}

/** @param {RetentionRun} run */
function counts({ report }) {
    const { messages, conversations, attempts, raw, audit } = report;
    const all = [t("retention.n_messages", { n: messages }), t("retention.n_conversations", { n: conversations }), t("retention.n_attempts", { n: attempts }), t("retention.n_raw", { n: raw }), t("retention.n_audit", { n: audit })];
    return all.join(", ");
}
