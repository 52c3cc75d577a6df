// @ts-check
import { knownAs, listed } from "../conversations.js";
import { h, html } from "../lib/ui.js";
import { t } from "../lib/words.js";
import { to } from "../router.js";
import { Avatar } from "./avatar.js";

/** The conversations that somebody needs most, a click away (HS-10). */
export function Favourites() {
    const found = listed.value.filter((each) => each.favourite);
    if (!found.length) return null;
    return html`<section class="favourites" aria-label=${t("list.favourites")}>
        <h3>${t("list.favourites")} <span>${found.length}</span></h3>
        <ul>
            ${found.map(
                (each) => html`<li key=${each.id}>
                    <a href=${to(`messages/${each.id}`)}>${h(Avatar, { name: knownAs(each), seed: each.party.value })}<span dir="auto">${each.title}</span></a>
                </li>`,
            )}
        </ul>
    </section>`;
}
