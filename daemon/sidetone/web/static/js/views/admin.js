// @ts-check
import { adminFault, numbers, readAdmin, users } from "../admin.js";
import { h, html, useEffect, useState } from "../lib/ui.js";
import { t } from "../lib/words.js";
import { Trouble } from "../parts/empty.js";
import { Icon } from "../parts/icon.js";
import { place, to } from "../router.js";
import { AuditView } from "./admin-audit.js";
import { CarriersView } from "./admin-carriers.js";
import { AddNumber, NumberTable } from "./admin-numbers.js";
import { OptOutsView } from "./admin-opt-outs.js";
import { RetentionPage } from "./admin-retention.js";
import { AddUser, UserTable } from "./admin-users.js";

/** @type {Record<string, {view: () => any, title: import("../lib/words.js").Key}>} */
const PLACES = {
    "": { view: PeopleView, title: "admin.people" },
    carriers: { view: CarriersView, title: "admin.carriers" },
    "opt-outs": { view: OptOutsView, title: "admin.opt_outs" },
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
        ${h((PLACES[id] ?? PLACES[""])?.view ?? PeopleView, {})}
    </main>`;
}

/** Who may sign in, and which numbers there are: enough for the first minutes. */
function PeopleView() {
    const [adding, setAdding] = useState("");
    useEffect(() => void readAdmin(), []);
    const close = () => setAdding("");
    return html`<div class="page-inner">
            <h1>${t("admin.people")}</h1>
            ${adminFault.value !== null && h(Trouble, { fault: adminFault.value, again: readAdmin })} ${h(NextStep, {})}
            <section class="card">
                ${h(Head, { title: t("admin.numbers"), about: t("admin.numbers_about"), add: t("admin.add_number"), act: () => setAdding("number") })}
                ${h(NumberTable, {})}
            </section>
            <section class="card">
                ${h(Head, { title: t("admin.users"), about: t("admin.users_about"), add: t("admin.add_user"), act: () => setAdding("user") })} ${h(UserTable, {})}
            </section>
        </div>
        ${adding === "number" && h(AddNumber, { onClose: close })} ${adding === "user" && h(AddUser, { onClose: close })}`;
}

/** @param {{title: string, about: string, add: string, act: () => void}} props */
function Head({ title, about, add, act }) {
    return html`<header class="page-head">
        <div>
            <h2>${title}</h2>
            <p class="page-about">${about}</p>
        </div>
        <button type="button" class="button primary" onClick=${act}>${h(Icon, { name: "plus" })}${add}</button>
    </header>`;
}

/** What a new installation lacks still, one thing at a time. */
function NextStep() {
    if (!users.value || !numbers.value) return null;
    const words = !numbers.value.length
        ? t("admin.step_number")
        : numbers.value.every((each) => !each.owner)
          ? t("admin.step_owner")
          : users.value.length < 2
            ? t("admin.step_user")
            : "";
    return words && html`<p class="next-step">${h(Icon, { name: "info" })}${words}</p>`;
}
