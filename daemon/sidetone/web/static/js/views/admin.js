// @ts-check
import { h, html } from "../lib/ui.js";
import { t } from "../lib/words.js";
import { place, to } from "../router.js";
import { AuditView } from "./admin-audit.js";
import { CarriersView } from "./admin-carriers.js";
import { JobsView } from "./admin-jobs.js";
import { MessageLogView } from "./admin-messages.js";
import { NumbersView } from "./admin-numbers.js";
import { OptOutsView } from "./admin-opt-outs.js";
import { OverviewView } from "./admin-overview.js";
import { RetentionPage } from "./admin-retention.js";
import { SessionsView } from "./admin-sessions.js";
import { UsersView } from "./admin-users.js";

/** @type {Record<string, {view: () => any, title: import("../lib/words.js").Key}>} */
const PLACES = {
    "": { view: OverviewView, title: "admin.overview" },
    users: { view: UsersView, title: "admin.users" },
    numbers: { view: NumbersView, title: "admin.numbers" },
    carriers: { view: CarriersView, title: "admin.carriers" },
    messages: { view: MessageLogView, title: "admin.messages" },
    "opt-outs": { view: OptOutsView, title: "admin.opt_outs" },
    jobs: { view: JobsView, title: "admin.jobs" },
    sessions: { view: SessionsView, title: "admin.sessions" },
    retention: { view: RetentionPage, title: "admin.retention" },
    audit: { view: AuditView, title: "admin.audit" },
};

/** The area of those who look after Sidetone: a place for each thing. */
export function AdminView() {
    const { id } = place.value;
    return html`<main class="page wide">
        <nav class="chips admin-places" aria-label=${t("admin.places")}>
            ${Object.entries(PLACES).map(
                ([key, { title }]) => html`<a class="chip" href=${to(key ? `admin/${key}` : "admin")} aria-current=${id === key ? "page" : undefined}>${t(title)}</a>`,
            )}
        </nav>
        ${h((PLACES[id] ?? PLACES[""])?.view ?? OverviewView, {})}
    </main>`;
}
