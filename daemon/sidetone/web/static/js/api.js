// @ts-check
// The daemon's HTTP API: one way to ask, two ways to fail.

import { BASE } from "./lib/base.js";
import { known, t } from "./lib/words.js";

/** @typedef {import("./types.js").ProblemDocument} ProblemDocument */

export const API = `${BASE}api/v1`;

/** The daemon answered, and the answer is no; `said` is what it said (RFC 9457). */
export class Refused extends Error {
    /** @param {ProblemDocument} said @param {number | null} [retryAfter] seconds */
    constructor(said, retryAfter = null) {
        super(said.detail || said.title);
        this.said = said;
        this.retryAfter = retryAfter;
    }

    /** Whether the same request may succeed later without a change. */
    get passing() {
        const { status, code } = this.said;
        return status >= 500 || status === 429 || status === 408 || code === "idempotency-running";
    }
}

/** Something that only the person can mend, in words for them. */
export class Mistake extends Error {}

/** No answer came: the line or the daemon is down. */
export class LineDown extends Error {}

/** @type {() => void} */
let signedOut = () => {};

/** What to do when the daemon no longer knows our session. @param {() => void} act */
export function whenSignedOut(act) {
    signedOut = act;
}

/**
 * @typedef {object} Options
 * @property {Record<string, string | number | boolean | undefined>} [query]
 * @property {unknown} [body]
 * @property {string} [key] the Idempotency-Key of a creating POST
 * @property {AbortSignal} [signal]
 * @property {boolean} [quiet] a 401 is an ordinary answer here
 */

/**
 * Ask the API. Raises Refused, LineDown, or what `signal` was aborted with.
 *
 * @param {"GET" | "POST" | "PUT" | "PATCH" | "DELETE"} method
 * @param {string} path below /api/v1
 * @param {Options} [options]
 * @returns {Promise<any>}
 */
export async function ask(method, path, options = {}) {
    const answer = await send(method, path, options);
    if (answer.ok) return answer.status === 204 ? null : answer.json();
    if (answer.status === 401 && !options.quiet) signedOut();
    throw new Refused(await problemOf(answer), Number(answer.headers.get("Retry-After")) || null);
}

/** @param {string} method @param {string} path @param {Options} options @returns {Promise<Response>} */
async function send(method, path, options) {
    /** @type {Record<string, string>} */
    const headers = { Accept: "application/json" };
    if (options.body !== undefined) headers["Content-Type"] = "application/json";
    if (options.key) headers["Idempotency-Key"] = options.key;
    try {
        return await fetch(API + path + queryOf(options.query), {
            method,
            headers,
            body: options.body === undefined ? undefined : JSON.stringify(options.body),
            signal: options.signal,
            credentials: "same-origin",
            cache: "no-store",
        });
    } catch (fault) {
        if (options.signal?.aborted) throw fault;
        throw new LineDown(t("problem.line_down"), { cause: fault });
    }
}

/** @param {Options["query"]} query */
function queryOf(query = {}) {
    const params = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) if (value !== undefined) params.set(name, String(value));
    const text = params.toString();
    return text && `?${text}`;
}

/** @param {Response} answer @returns {Promise<ProblemDocument>} */
async function problemOf(answer) {
    const plain = { type: "about:blank", title: "", status: answer.status, code: "", detail: "", hint: "", request: "", field: "" };
    try {
        return { ...plain, ...(await answer.json()), status: answer.status };
    } catch {
        return { ...plain, title: t("problem.unexplained", { status: answer.status }) };
    }
}

/**
 * What went wrong in the reader's language where we have the words, else in the daemon's.
 *
 * @param {ProblemDocument} said
 */
export function explain(said) {
    const own = said.code && known(`problem.${said.code}`);
    if (own) return own;
    return [said.detail || said.title, said.hint].filter(Boolean).join(" ") || t("problem.unexplained", { status: said.status });
}

/** The same of anything that was thrown. @param {unknown} fault */
export function explainFault(fault) {
    if (fault instanceof Refused) return explain(fault.said);
    if (fault instanceof Mistake) return fault.message;
    return fault instanceof LineDown ? t("problem.line_down") : t("problem.own");
}
