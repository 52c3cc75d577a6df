// @ts-check
// Who signed in, and what was done by an admin's right.

import { API, ask } from "./api.js";
import { known, t } from "./lib/words.js";

/** @typedef {import("./types.js").AuditView} AuditView */
/** @typedef {{who: string, what: string, from: string, to: string}} AuditFilter */

// The nouns that acts begin with.
export const NOUNS = ["session", "user", "number", "carrier", "opt_out", "hold", "retention", "config", "store", "job", "message", "audit"];

/** One page, newest first. @param {AuditFilter & {before?: string, limit: number, signal?: AbortSignal}} filter @returns {Promise<import("./types.js").Page<AuditView>>} */
export function readAudit({ before, limit, signal, ...filter }) {
    return ask("GET", "/admin/audit", { query: { ...asked(filter), before, limit }, signal });
}

/** Where the same is as CSV. @param {AuditFilter} filter */
export function exportOf(filter) {
    const query = Object.entries(asked(filter)).flatMap(([name, value]) => (value ? [[name, value]] : []));
    return `${API}/admin/audit/export?${new URLSearchParams(query)}`;
}

/** Days in the reader's zone become moments; the last one is meant to its end. @param {AuditFilter} filter */
function asked({ who, what, from, to }) {
    return { who: who.trim() || undefined, what: what || undefined, from: dayToMoment(from, 0), to: dayToMoment(to, 1) };
}

/** The beginning of a day in the reader's zone, undefined for no day. @param {string} day as an input gives it @param {number} later days */
export function dayToMoment(day, later) {
    if (!day) return undefined;
    const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
    return new Date(year, month - 1, date + later).toISOString();
}

/** Who did it, in words. @param {AuditView} row */
export function doer({ user_id, name, uid, address }) {
    if (user_id !== null) return name;
    if (uid !== null) return t("audit.by_command", { name: name || String(uid) });
    return address ? t("audit.by_nobody") : t("audit.by_itself");
}

/** What was done, in words. @param {AuditView} row */
export function deed({ act }) {
    return known(`act.${act}`) ?? act;
}
