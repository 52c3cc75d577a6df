// @ts-check
import { h, html } from "../lib/ui.js";
import { known } from "../lib/words.js";
import { Icon } from "./icon.js";

/** @type {Record<string, {icon: string, tone: string}>} */
const LOOKS = {
    ok: { icon: "check", tone: "fine" },
    degraded: { icon: "alert", tone: "warn" },
    failed: { icon: "alert", tone: "bad" },
    starting: { icon: "clock", tone: "quiet" },
    off: { icon: "pause", tone: "quiet" },
};

/**
 * How it is, in the reader's language where there are words for it, else as the daemon says it.
 *
 * @param {{sentence: string, code: string, values: Record<string, string>}} part
 */
export function saidOf({ sentence, code, values }) {
    return (code && known(`said.${code}`, values)) || sentence;
}

/** How a part of the daemon is: a sign with its word. @param {{state: string}} props */
export function HealthMark({ state }) {
    const { icon, tone } = LOOKS[state] ?? { icon: "question", tone: "warn" };
    return html`<span class="health status ${tone}">${h(Icon, { name: icon })}<span>${known(`state.${state}`) ?? state}</span></span>`;
}
