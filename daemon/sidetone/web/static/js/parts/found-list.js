// @ts-check
// What was found, in place of the list of conversations.

import { conversation } from "../conversations.js";
import { h, html, useState } from "../lib/ui.js";
import { t } from "../lib/words.js";
import { to } from "../router.js";
import { Trouble } from "./empty.js";
import { Counted, Group, Hits, PersonFound, othersFound, walkFound } from "./found.js";
import { Icon } from "./icon.js";
import { Row } from "./row.js";

/** @typedef {import("../search.js").Search} Search */
/** @typedef {import("../types.js").ConversationView} ConversationView */

/** So many conversations stand before the messages. */
const FEW = 4;

/** @param {{search: Search, fits: (each: ConversationView) => boolean, onlyTalks: boolean, children: import("../lib/ui.js").Children}} props `onlyTalks`: conversations of some kind are asked for; `children`: what is shown when nothing was found */
export function FoundList({ search, fits, onlyTalks, children }) {
    const words = search.asked.value.q.trim();
    const talks = search.conversations.value.map((id) => conversation(id)).filter((each) => each !== undefined && fits(each));
    const known = /** @type {ConversationView[]} */ (talks);
    const people = onlyTalks ? [] : othersFound(search, known);
    const messages = !onlyTalks && (search.messages.value.length > 0 || search.hasMore.value);
    const state = search.state.value;
    const nothing = state === "ready" && !known.length && !people.length && !messages;
    return html`<div class="windowed found" aria-busy=${state === "looking"} onKeyDown=${walkFound}>
        ${h(Counted, { search })}
        ${known.length > 0 && h(Talks, { key: words, talks: known })}
        ${people.length > 0 && h(Group, { title: t("search.people"), children: html`<ul>${people.map((contact) => h(PersonFound, { key: contact.id, contact }))}</ul>` })}
        ${state === "failed" && h(Trouble, { fault: search.fault.value, again: () => search.again() })}
        ${messages && h(Group, { title: t("search.messages"), children: h(Hits, { search }) })}
        ${state === "looking" && !known.length && !messages && html`<p class="busy">${t("search.looking")}</p>`} ${nothing && children}
        ${!onlyTalks && html`<a class="found-all" href=${to(`search?q=${encodeURIComponent(words)}`)}>${h(Icon, { name: "settings" })}${t("search.all")}</a>`}
    </div>`;
}

/** @param {{talks: ConversationView[]}} props */
function Talks({ talks }) {
    const [all, setAll] = useState(false);
    const shown = all ? talks : talks.slice(0, FEW);
    const rest = talks.length - shown.length;
    const children = html`<ul>${shown.map((each) => html`<li key=${each.id}>${h(Row, { conversation: each })}</li>`)}</ul>
        ${rest > 0 && html`<div class="found-more"><button type="button" class="link" onClick=${() => setAll(true)}>${t("search.more_conversations", { n: rest })}</button></div>`}`;
    return h(Group, { title: t("search.conversations"), children });
}
