// @ts-check
import { unreadTotal } from "../conversations.js";
import { h, html } from "../lib/ui.js";
import { t } from "../lib/words.js";
import { place, to } from "../router.js";
import { isAdmin, may, me } from "../state.js";
import { Avatar } from "./avatar.js";
import { Icon } from "./icon.js";

/** The ways to the areas: at the left, on a phone at the bottom. */
export function Rail() {
    const user = me.value?.user;
    const name = user?.display_name || user?.name || "";
    return html`<nav class="rail" aria-label=${t("rail.label")}>
        <span class="rail-brand" aria-hidden="true"></span>
        ${h(Way, { area: "messages", icon: "messages", label: t("messages"), count: unreadTotal.value })}
        ${h(Way, { area: "contacts", icon: "people", label: t("contacts") })}
        ${h(Way, { area: "activity", icon: "activity", label: t("activity") })}
        ${may("handset") && h(Way, { area: "handset", icon: "handset", label: t("handset.short") })}
        ${isAdmin.value && h(Way, { area: "admin", icon: "admin", label: t("admin.short") })}
        <span class="rail-gap"></span>
        <a class="rail-way rail-help" href=${to("help")} aria-current=${place.value.area === "help" ? "page" : undefined} title=${t("help")}>
            ${h(Icon, { name: "help" })}
            <span class="rail-label">${t("help")}</span>
        </a>
        <a
            class="rail-way rail-me"
            href=${to("settings")}
            aria-current=${place.value.area === "settings" ? "page" : undefined}
            title=${t("rail.me", { name })}
        >
            ${h(Avatar, { name, seed: user?.name ?? "" })}
            <span class="rail-label">${t("settings.short")}</span>
        </a>
    </nav>`;
}

/** @param {{area: string, icon: string, label: string, count?: number}} props */
function Way({ area, icon, label, count = 0 }) {
    const here = place.value.area === "search" ? "messages" : place.value.area;
    return html`<a class="rail-way" href=${to(area)} aria-current=${here === area ? "page" : undefined} title=${label}>
        ${h(Icon, { name: icon })}
        <span class="rail-label">${label}</span>
        ${count > 0 && html`<span class="rail-count"><span aria-hidden="true">${count > 99 ? "99+" : count}</span><span class="only-heard">${t("list.unread_count", { n: count })}</span></span>`}
    </a>`;
}
