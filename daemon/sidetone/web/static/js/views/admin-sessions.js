// @ts-check
import { backwards } from "../admin.js";
import { ask } from "../api.js";
import { exact } from "../lib/time.js";
import { h, html, useState } from "../lib/ui.js";
import { t } from "../lib/words.js";
import { Search } from "../parts/filters.js";
import { PageHead } from "../parts/page-head.js";
import { confirmed } from "../parts/confirm.js";
import { Table } from "../parts/table.js";
import { tell, trying } from "../parts/toast.js";
import { usePages } from "../table.js";

/** @typedef {import("../types.js").OpenSession} OpenSession */

/** Who is signed in, with what and since when; each can be ended. */
export function SessionsView() {
    const [who, setWho] = useState("");
    const pages = usePages(backwards("/admin/sessions", { who }), who);
    const end = async (/** @type {OpenSession} */ session) => {
        const { name } = session.user;
        if (!(await confirmed(t("session.end_who", { name }), t("session.end_text", { name }), t("session.end")))) return;
        await trying(async () => {
            await ask("DELETE", `/admin/sessions/${session.id}`);
            tell(t("session.ended", { name }));
            await pages.again();
        });
    };
    const empty = { icon: "people", title: t("table.none"), text: t("audit.none_text") };
    const keyOf = (/** @type {OpenSession} */ session) => session.id;
    const marks = (/** @type {OpenSession} */ session) => ({ "data-session": session.user.name });
    const children = h(Search, { label: t("session.search"), value: who, set: setWho });
    return html`<div class="page-inner">
        ${h(PageHead, { title: t("admin.sessions"), about: t("session.about") })}
        <section class="card">${h(Table, { name: "sessions", label: t("admin.sessions"), columns: columnsOf(end), pages, keyOf, marks, empty, children })}</section>
    </div>`;
}

/** @param {(session: OpenSession) => void} end @returns {import("../table.js").Column[]} */
function columnsOf(end) {
    const time = (/** @type {string} */ at) => html`<time datetime=${at}>${exact(at)}</time>`;
    const kind = (/** @type {OpenSession} */ session) => t(session.kind === "cookie" ? "session.cookie" : "session.bearer");
    return [
        { id: "who", title: t("sign_in.name"), head: true, cell: (session) => session.user.name, text: (session) => session.user.name },
        { id: "kind", title: t("session.kind"), cell: kind, text: kind },
        { id: "since", title: t("opt_out.since"), cell: (session) => time(session.created_at), text: (session) => session.created_at },
        { id: "seen", title: t("session.seen"), cell: (session) => time(session.seen_at), text: (session) => session.seen_at },
        { id: "ends", title: t("session.ends"), cell: (session) => time(session.ends_at), text: (session) => session.ends_at },
        { id: "end", title: t("session.end"), cell: (session) => h(End, { session, end }) },
    ];
}

/** @param {{session: OpenSession, end: (session: OpenSession) => void}} props */
function End({ session, end }) {
    if (session.own) return html`<span class="hint">${t("session.own")}</span>`;
    return html`<button type="button" class="link" aria-label=${t("session.end_who", { name: session.user.name })} onClick=${() => end(session)}>${t("session.end")}</button>`;
}
