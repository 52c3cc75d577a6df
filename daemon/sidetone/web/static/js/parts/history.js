// @ts-check
import { exact } from "../lib/time.js";
import { known, t } from "../lib/words.js";
import { sentenceOf } from "./status.js";

/** @typedef {import("../types.js").Step} Step */
/** @typedef {import("../types.js").MessageView} MessageView */

/**
 * One line of a message's history in the reader's language; a carrier's own words stay as they came, and what this page
 * does not know yet is told as the daemon tells it.
 *
 * @param {Step} step
 * @param {MessageView} message
 */
export function lineOf({ code, text, values }, message) {
    const words = known(`history.${code}`, { ...values, status: code === "now" ? sentenceOf(message) : "" });
    return words === null ? text : [words, said(code, values), next(values)].filter(Boolean).join(" ");
}

/** @param {string} code @param {Step["values"]} values */
function said(code, values) {
    const own = values.text?.replace(/[. ]+$/, "");
    const all = [own, values.code && t("history.code", { code: values.code }), values.times && t("history.times", { times: values.times })];
    const found = all.filter(Boolean).join(", ");
    return found && t(code.startsWith("wait.") ? "history.state" : "history.said", { said: found });
}

/** @param {Step["values"]} values */
function next({ at }) {
    return at ? t("history.next_try", { time: exact(at) }) : "";
}
