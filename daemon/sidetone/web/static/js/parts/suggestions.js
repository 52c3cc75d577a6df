// @ts-check
import { h, html } from "../lib/ui.js";
import { t } from "../lib/words.js";
import { Avatar } from "./avatar.js";
import { KindMark } from "./status.js";

/** @typedef {import("../views/new-message.js").Suggestion} Suggestion */

/**
 * Whom a text may go to, each with the number as it will be dialled (HS-40).
 *
 * @param {{found: Suggestion[], at: number, stale: boolean, open: (choice: Suggestion) => void}} props `stale`: they belong to earlier words and cannot be chosen
 */
export function Suggestions({ found, at, stale, open }) {
    return html`<ul class="suggestions ${stale ? "stale" : ""}" id="new-found" role="listbox" aria-label=${t("new.suggestions")}>
        ${found.map(
            (each, place) => html`<li
                id=${`new-found-${place}`}
                role="option"
                aria-selected=${place === at}
                aria-disabled=${stale}
                class="suggestion"
                data-number=${each.number}
                onMouseDown=${(/** @type {Event} */ event) => event.preventDefault()}
                onClick=${() => !stale && open(each)}
            >
                ${h(Avatar, { name: each.name || null, seed: each.number })}
                <span class="suggestion-who">
                    <span dir="auto">${each.name || each.display}</span>
                    <span class="suggestion-number">${[each.name ? each.display : each.number, each.type, each.source].filter(Boolean).join(" · ")}</span>
                </span>
                ${h(KindMark, { kind: "sms" })}
            </li>`,
        )}
    </ul>`;
}
