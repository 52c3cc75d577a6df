// @ts-check
import { adminsTopics, everyonesTopics } from "../help.js";
import { h, html, useEffect } from "../lib/ui.js";
import { t } from "../lib/words.js";
import { Keys, LetterKeys } from "../parts/help.js";
import { PageHead } from "../parts/page-head.js";
import { Status, wordOf } from "../parts/status.js";
import { place } from "../router.js";

/** Statuses in the order in which a message comes by them. @type {[string, import("../lib/words.js").Key][]} */
const STATUSES = [
    ["waiting", "help.status.waiting"],
    ["scheduled", "help.status.scheduled"],
    ["queued", "help.status.queued"],
    ["held", "help.status.held"],
    ["sending", "help.status.sending"],
    ["sent", "help.status.sent"],
    ["delivered", "help.status.delivered"],
    ["failed", "help.status.failed"],
    ["undelivered", "help.status.undelivered"],
    ["expired", "help.status.expired"],
    ["unknown", "help.status.unknown"],
    ["cancelled", "help.status.cancelled"],
];

/** How things are done, what the signs mean, and every key. `help/later` begins at that topic. */
export function HelpView() {
    const topic = place.value.id;
    useEffect(() => {
        const at = topic && document.getElementById(`help-${topic}`);
        if (at) at.focus(); // which brings it into view
    }, [topic]);
    const admins = adminsTopics();
    return html`<main class="page">
        <div class="page-inner">
            ${h(PageHead, { title: t("help"), about: t("help.about") })} ${h(Topics, { title: t("help.how"), topics: everyonesTopics() })}
            <section class="card">
                <h2>${t("help.signs")}</h2>
                <dl class="signs">
                    ${STATUSES.map(
                        ([status, words]) => html`<div>
                            <dt>${h(Status, { status })}<span aria-hidden="true">${wordOf(status)}</span></dt>
                            <dd>${t(words)}</dd>
                        </div>`,
                    )}
                </dl>
            </section>
            ${admins.length > 0 && h(Topics, { title: t("help.admin"), topics: admins })}
            <section class="card">
                <h2>${t("keys.title")}</h2>
                ${h(Keys, {})} ${h(LetterKeys, {})}
            </section>
        </div>
    </main>`;
}

/** @param {{title: string, topics: {key: string, title: string, text: string}[]}} props */
function Topics({ title, topics }) {
    return html`<section class="card">
        <h2>${title}</h2>
        ${topics.map(
            ({ key, title: words, text }) => html`<article class="topic" key=${key} id=${`help-${key}`} tabindex="-1">
                <h3>${words}</h3>
                <p>${text}</p>
            </article>`,
        )}
    </section>`;
}
