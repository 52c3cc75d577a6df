// @ts-check
import { listed } from "../conversations.js";
import { h, html, useEffect } from "../lib/ui.js";
import { t } from "../lib/words.js";
import { listen } from "../keys.js";
import { Empty } from "../parts/empty.js";
import { Favourites } from "../parts/favourites.js";
import { Icon } from "../parts/icon.js";
import { isAlone } from "../pop-out.js";
import { go, place, to } from "../router.js";
import { me } from "../state.js";
import { ConversationList } from "./conversation-list.js";
import { NewMessage } from "./new-message.js";
import { ThreadView } from "./thread.js";

/** The list and what is open beside it; on a phone one of them at a time. */
export function MessagesView() {
    const { id } = place.value;
    useEffect(() => listen({ Escape: back }), []);
    return html`<main class="messages ${id ? "opened" : ""}">
        <h1 class="only-heard">${t("messages")}</h1>
        ${!isAlone() && h(ConversationList, {})} ${id === "new" ? h(NewMessage, { key: place.value.query.get("to") ?? "" }) : id ? h(ThreadView, { key: id, id }) : h(NothingOpen, {})}
    </main>`;
}

/** Out of the conversation and back to its row, or to what was found. */
function back() {
    const { id, query } = place.peek();
    if (!id || isAlone()) return;
    const hit = query.get("at");
    const row = () => (hit && document.querySelector(`[data-hit="${CSS.escape(hit)}"]`)) || document.querySelector(`[data-conversation="${CSS.escape(id)}"]`);
    go("messages");
    requestAnimationFrame(() => {
        const at = row() ?? document.querySelector(".row");
        if (at instanceof HTMLElement) at.focus();
    });
}

function NothingOpen() {
    const numbers = me.value?.numbers ?? [];
    const text = listed.value.length ? t("open.text") : t("open.text_first");
    return html`<section class="thread-pane nothing" aria-label=${t("open.label")}>
        ${h(Empty, {
            icon: "messages",
            title: t(listed.value.length ? "open.title" : "open.title_first"),
            text,
            children:
                numbers.length > 0 &&
                html`<a class="button primary" href=${to("messages/new")}>${h(Icon, { name: "compose" })}${t("new.title")}</a>
                    <p class="own-numbers">${t("open.own_numbers", { n: numbers.length })} ${numbers.map((each) => html`<strong>${each.display}</strong>`)}</p>
                    ${h(Favourites, {})}`,
        })}
    </section>`;
}
