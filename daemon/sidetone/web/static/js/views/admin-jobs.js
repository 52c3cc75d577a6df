// @ts-check
import { ask } from "../api.js";
import { exact } from "../lib/time.js";
import { h, html, useEffect, useState } from "../lib/ui.js";
import { known, t } from "../lib/words.js";
import { Trouble } from "../parts/empty.js";
import { HealthMark } from "../parts/health.js";
import { PageHead } from "../parts/page-head.js";
import { Table } from "../parts/table.js";
import { tell, trying } from "../parts/toast.js";
import { cutting, usePages } from "../table.js";

/** @typedef {import("../types.js").JobView} JobView */

const EVERY = 4000;

/** What runs by the clock: how its last run ended, when the next is, and a run now. */
export function JobsView() {
    const [jobs, setJobs] = useState(/** @type {JobView[] | null} */ (null));
    const [fault, setFault] = useState(/** @type {unknown} */ (null));
    const read = () => void ask("GET", "/admin/jobs").then((found) => (setFault(null), setJobs(found.items)), setFault);
    useEffect(() => {
        read();
        const timer = setInterval(() => document.visibilityState === "visible" && read(), EVERY);
        return () => clearInterval(timer);
    }, []);
    return html`<div class="page-inner">
        ${h(PageHead, { title: t("admin.jobs"), about: t("job.about") })} ${fault !== null && h(Trouble, { fault, again: read })}
        ${jobs ? html`<section class="card">${h(Jobs, { jobs, read })}</section>` : fault === null && html`<p class="busy" role="status">${t("reading")}</p>`}
    </div>`;
}

/** @param {{jobs: JobView[], read: () => void}} props */
function Jobs({ jobs, read }) {
    const run = (/** @type {JobView} */ job) =>
        void trying(async () => {
            await ask("POST", `/admin/jobs/${encodeURIComponent(job.name)}/runs`);
            tell(t("job.started", { name: nameOf(job) }));
            read();
        });
    const columns = columnsOf(run);
    const pages = usePages(cutting(jobs, columns), jobs, "name");
    const empty = { icon: "clock", title: t("table.none"), text: "" };
    const keyOf = (/** @type {JobView} */ job) => job.name;
    const marks = (/** @type {JobView} */ job) => ({ "data-job": job.name });
    return h(Table, { name: "jobs", label: t("admin.jobs"), columns, pages, keyOf, marks, empty });
}

/** @param {JobView} job */
function nameOf({ name }) {
    return known(`job.${name}`) ?? name;
}

/** @param {(job: JobView) => void} run @returns {import("../table.js").Column[]} */
function columnsOf(run) {
    const time = (/** @type {string | null} */ at, /** @type {string} */ none) => (at ? html`<time datetime=${at}>${exact(at)}</time>` : none);
    return [
        { id: "name", title: t("job.name"), head: true, sorts: true, key: nameOf, cell: nameOf, text: (job) => job.name },
        { id: "state", title: t("job.last_said"), sorts: true, key: (job) => job.state, cell: (job) => h(Said, { job }), text: (job) => [job.state, job.sentence].filter(Boolean).join(": ") },
        { id: "last", title: t("job.last"), sorts: true, key: (job) => job.last_run_at ?? "", cell: (job) => time(job.last_run_at, t("job.never")), text: (job) => job.last_run_at ?? "" },
        { id: "next", title: t("job.next"), sorts: true, key: (job) => job.next_run_at ?? "", cell: (job) => time(job.next_run_at, "–"), text: (job) => job.next_run_at ?? "" },
        { id: "run", title: t("job.now"), cell: (job) => h(Run, { job, run }) },
    ];
}

/** @param {{job: JobView}} props */
function Said({ job }) {
    if (!job.running && !job.sentence && job.state === "ok") return "–";
    return html`${h(HealthMark, { state: job.running ? "starting" : job.state })} ${job.sentence && html`<p class="hint">${job.sentence}</p>`}`;
}

/** @param {{job: JobView, run: (job: JobView) => void}} props */
function Run({ job, run }) {
    if (job.running) return t("job.runs");
    if (!job.by_hand) return html`<span class="hint">${t("job.by_itself")}</span>`;
    return html`<button type="button" class="link" aria-label=${t("job.run_it", { name: nameOf(job) })} onClick=${() => run(job)}>${t("job.run")}</button>`;
}
