// @ts-check
import { unreadTotal } from "../conversations.js";
import { h, html, useEffect, useErrorBoundary } from "../lib/ui.js";
import { t } from "../lib/words.js";
import { Confirm } from "../parts/confirm.js";
import { ContextMenu } from "../parts/context-menu.js";
import { Empty } from "../parts/empty.js";
import { Help } from "../parts/help.js";
import { LineBar } from "../parts/line-bar.js";
import { Palette } from "../parts/palette.js";
import { Rail } from "../parts/rail.js";
import { isAlone } from "../pop-out.js";
import { Toasts } from "../parts/toast.js";
import { place, to } from "../router.js";
import { isAdmin, may, phase, resume } from "../state.js";
import { ActivityView } from "./activity.js";
import { AdminView } from "./admin.js";
import { ContactsView } from "./contacts.js";
import { HandsetView } from "./handset.js";
import { HelpView } from "./help.js";
import { MessagesView } from "./messages.js";
import { SearchView } from "./search.js";
import { SetUp } from "./set-up.js";
import { SettingsView } from "./settings.js";
import { SignIn } from "./sign-in.js";

/** How often a daemon that does not answer is asked again; in ms. */
const KNOCK = 4000;

/** @type {Record<string, {view: () => any, title: import("../lib/words.js").Key, allowed?: () => boolean}>} */
const AREAS = {
    messages: { view: MessagesView, title: "messages" },
    search: { view: SearchView, title: "search" },
    contacts: { view: ContactsView, title: "contacts" },
    activity: { view: ActivityView, title: "activity" },
    handset: { view: HandsetView, title: "handset", allowed: () => may("handset") },
    admin: { view: AdminView, title: "admin", allowed: () => isAdmin.value },
    settings: { view: SettingsView, title: "settings" },
    help: { view: HelpView, title: "help" },
};

/** Everything on the page. */
export function App() {
    const [fault] = useErrorBoundary((thrown) => console.error(thrown));
    useTitle();
    if (fault) return h(Broken, {});
    return html`${h(Phase, {})} ${h(Toasts, {})} ${h(ContextMenu, {})} ${h(Confirm, {})} ${h(Help, {})} ${phase.value === "in" && h(Palette, {})}`;
}

function Phase() {
    if (place.value.area === "setup" && phase.value !== "in") return h(SetUp, {});
    if (phase.value === "out") return h(SignIn, {});
    if (phase.value === "unreachable") return h(Unreachable, {});
    if (phase.value === "starting") return html`<main class="door" aria-busy="true"></main>`;
    const area = AREAS[place.value.area];
    const allowed = area && (area.allowed?.() ?? true);
    const alone = isAlone();
    return html`<div class="shell ${place.value.area === "messages" && place.value.id ? "deep" : ""} ${alone ? "alone" : ""}">
        ${h(LineBar, {})} ${!alone && h(Rail, {})} ${allowed ? h(area.view, {}) : h(NoSuchPlace, {})}
    </div>`;
}

/** The window's title: how many unread, and where. */
function useTitle() {
    const unread = phase.value === "in" ? unreadTotal.value : 0;
    const area = phase.value === "in" ? AREAS[place.value.area] : undefined;
    const title = [area && t(area.title), "Sidetone"].filter(Boolean).join(" · ");
    useEffect(() => {
        document.title = unread ? `(${unread}) ${title}` : title;
    }, [title, unread]);
}

function NoSuchPlace() {
    const children = html`<a class="button" href=${to("messages")}>${t("messages")}</a>`;
    return html`<main class="page">${h(Empty, { icon: "question", title: t("nowhere"), text: t("nowhere_text"), children })}</main>`;
}

function Unreachable() {
    useEffect(() => {
        const timer = setInterval(resume, KNOCK);
        return () => clearInterval(timer);
    }, []);
    const children = html`<button type="button" class="button primary" onClick=${resume}>${t("again")}</button>`;
    return html`<main class="door">${h(Empty, { icon: "offline", title: t("unreachable"), text: t("unreachable_text"), children })}</main>`;
}

function Broken() {
    const children = html`<button type="button" class="button primary" onClick=${() => location.reload()}>${t("broken_reload")}</button>`;
    return html`<main class="door">${h(Empty, { icon: "alert", title: t("broken"), text: t("broken_text"), children })}</main>`;
}
