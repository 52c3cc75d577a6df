// @ts-check
import { overview, overviewFault, readOverview } from "../admin.js";
import { clock } from "../lib/time.js";
import { h, html, useEffect } from "../lib/ui.js";
import { known, language, t } from "../lib/words.js";
import { Trouble } from "../parts/empty.js";
import { HealthMark, saidOf } from "../parts/health.js";
import { Icon } from "../parts/icon.js";
import { to } from "../router.js";

/** @typedef {import("../types.js").Overview} Overview */
/** @typedef {import("../types.js").PartStanding} PartStanding */
/** @typedef {import("../types.js").HourOfTraffic} HourOfTraffic */

const EVERY = 15_000;
const ILL = ["failed", "degraded"];

/** How everything is, and what to do next; read anew while it is looked at. */
export function OverviewView() {
    useEffect(() => {
        void readOverview();
        const timer = setInterval(() => document.visibilityState === "visible" && void readOverview(), EVERY);
        return () => clearInterval(timer);
    }, []);
    const seen = overview.value;
    return html`<div class="page-inner">
        <h1>${t("admin.overview")}</h1>
        ${overviewFault.value !== null && h(Trouble, { fault: overviewFault.value, again: readOverview })}
        ${seen ? h(Seen, { seen }) : overviewFault.value === null && html`<p class="busy" role="status">${t("reading")}</p>`}
    </div>`;
}

/** @param {{seen: Overview}} props */
function Seen({ seen }) {
    return html`${h(Next, { seen })} ${h(Health, { seen })} ${h(Traffic, { seen })}
    <ul class="tiles" aria-label=${t("overview.figures")}>
        ${h(Tile, { words: t("admin.users"), count: seen.users, path: "admin/users" })} ${h(Tile, { words: t("admin.numbers"), count: seen.numbers, path: "admin/numbers" })}
        ${h(Tile, { words: t("overview.waiting"), count: seen.waiting, path: "admin/messages?status=queued" })}
        ${h(Tile, { words: t("overview.screens"), count: seen.screens, path: "admin/sessions" })}
    </ul>
    <p class="hint">${t("overview.version", { version: seen.version })}</p>`;
}

/** @param {{words: string, count: number, path: string}} props */
function Tile({ words, count, path }) {
    return html`<li><a class="tile" href=${to(path)}><strong>${count.toLocaleString(language.value)}</strong><span>${words}</span></a></li>`;
}

/** What to do next: what is missing still, then what is ill. @param {{seen: Overview}} props */
function Next({ seen }) {
    const steps = nextSteps(seen);
    if (!steps.length) return null;
    return html`<section class="next-steps" aria-label=${t("overview.next")}>
        ${steps.map(
            ({ words, path, link }) => html`<p class="next-step" key=${words}>
                ${h(Icon, { name: "info" })}<span>${words}</span><a class="button" href=${to(path)}>${link}</a>
            </p>`,
        )}
    </section>`;
}

/** @param {Overview} seen */
function nextSteps({ numbers, unowned, users, admins, parts }) {
    const steps = [];
    if (!numbers) steps.push({ words: t("admin.step_number"), path: "admin/numbers", link: t("admin.numbers") });
    else if (unowned === numbers) steps.push({ words: t("admin.step_owner"), path: "admin/numbers", link: t("admin.numbers") });
    else if (users < 2) steps.push({ words: t("admin.step_user"), path: "admin/users", link: t("admin.users") });
    else if (unowned) steps.push({ words: t("overview.unowned", { n: unowned }), path: "admin/numbers?state=free", link: t("admin.numbers") });
    if (users > 1 && admins < 2) steps.push({ words: t("overview.one_admin"), path: "admin/users", link: t("admin.users") });
    for (const { name, state } of parts) {
        const [kind = "", of = ""] = name.split(" ", 2);
        const words = ILL.includes(state) && known(`todo.${kind}`);
        const place = PLACE_OF[kind];
        if (words && place) steps.push({ words: `${partName(name)}: ${words}`, path: kind === "carrier" ? `${place.path}/${encodeURIComponent(of)}` : place.path, link: t(place.link) });
    }
    return steps;
}

/** @type {Record<string, {path: string, link: import("../lib/words.js").Key}>} */
const PLACE_OF = {
    carrier: { path: "admin/carriers", link: "admin.carriers" },
    queue: { path: "admin/carriers", link: "admin.carriers" },
    receipts: { path: "admin/carriers", link: "admin.carriers" },
    reconcile: { path: "admin/carriers", link: "admin.carriers" },
    inbound: { path: "admin/carriers", link: "admin.carriers" },
    arrivals: { path: "admin/carriers", link: "admin.carriers" },
    job: { path: "admin/jobs", link: "admin.jobs" },
};

/** @param {string} name such as "carrier main" */
function partName(name) {
    const [kind = "", ...rest] = name.split(" ");
    const of = rest.join(" ");
    return [known(`part.${kind}`) ?? kind, kind === "job" ? (known(`job.${of}`) ?? of) : of].filter(Boolean).join(" ");
}

/** Every part in words: those that are ill first, the others one press away while all is well. @param {{seen: Overview}} props */
function Health({ seen }) {
    const ill = seen.parts.filter((part) => ILL.includes(part.state));
    const well = seen.parts.filter((part) => !ILL.includes(part.state));
    return html`<section class="card">
        <h2>${t("overview.health")}</h2>
        <p class="carrier-state">
            ${h(HealthMark, { state: !seen.ready ? "failed" : ill.length ? "degraded" : "ok" })}
            <span>${!seen.ready ? t("overview.not_ready") : ill.length ? t("overview.troubles", { n: ill.length }) : t("overview.all_well")}</span>
        </p>
        ${ill.length > 0 && h(Parts, { parts: ill })}
        <details class="raw">
            <summary>${t("overview.parts", { n: well.length })}</summary>
            ${h(Parts, { parts: well })}
        </details>
    </section>`;
}

/** @param {{parts: PartStanding[]}} props */
function Parts({ parts }) {
    return html`<ul class="parts">
        ${parts.map(
            (part) => html`<li key=${part.name} data-part=${part.name}>
                <strong>${partName(part.name)}</strong> ${h(HealthMark, { state: part.state })} ${part.sentence && html`<span class="hint">${saidOf(part)}</span>`}
            </li>`,
        )}
    </ul>`;
}

/** The last day by the hour: a drawing, with the same in words. @param {{seen: Overview}} props */
function Traffic({ seen }) {
    const { traffic, partial } = seen;
    const sum = (/** @type {"inbound" | "outbound" | "failed"} */ what) => traffic.reduce((all, hour) => all + hour[what], 0);
    const words = t("overview.day", { out: sum("outbound"), in: sum("inbound"), failed: sum("failed") });
    return html`<section class="card">
        <h2>${t("overview.traffic")}</h2>
        <p class="page-about">${words}${partial && ` ${t("overview.partial")}`}</p>
        ${h(Drawing, { traffic, words })}
        <ul class="legend">
            <li class="out">${t("overview.out")}</li>
            <li class="in">${t("overview.in")}</li>
            <li class="failed">${t("overview.failed")}</li>
        </ul>
    </section>`;
}

/** Two bars an hour, side by side. @param {{traffic: HourOfTraffic[], words: string}} props */
function Drawing({ traffic, words }) {
    const most = Math.max(1, ...traffic.flatMap(({ inbound, outbound }) => [inbound, outbound]));
    const tall = (/** @type {number} */ count) => (count ? Math.max(2, (count / most) * 100) : 0);
    const bar = (/** @type {string} */ kind, /** @type {number} */ x, /** @type {number} */ count) => html`<rect class=${kind} x=${x} y=${100 - tall(count)} width="8" height=${tall(count)} rx="1" />`;
    return html`<div class="chart">
        <svg viewBox="0 0 480 101" preserveAspectRatio="none" role="img" aria-label=${words}>
            <line x1="0" x2="480" y1="100.5" y2="100.5" />
            ${traffic.map(
                ({ at, inbound, outbound, failed }, hour) => html`<g key=${at}>
                    <title>${t("overview.hour", { time: clock(at), out: outbound, in: inbound, failed })}</title>
                    ${bar("out", hour * 20 + 1, outbound)} ${bar("failed", hour * 20 + 1, failed)} ${bar("in", hour * 20 + 10, inbound)}
                </g>`,
            )}
        </svg>
        <p class="chart-hours" aria-hidden="true">${traffic.filter((_, hour) => hour % 6 === 0).map(({ at }) => html`<span key=${at}>${clock(at)}</span>`)}<span>${t("overview.now")}</span></p>
    </div>`;
}
