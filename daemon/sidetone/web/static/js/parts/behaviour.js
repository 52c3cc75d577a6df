// @ts-check
import { h, html } from "../lib/ui.js";
import { known, t } from "../lib/words.js";
import { behave } from "../phones.js";
import { Field } from "./field.js";
import { Icon } from "./icon.js";
import { entered } from "./save-contact.js";
import { trying } from "./toast.js";

/** @typedef {import("../types.js").Behaviour} Behaviour */
/** @typedef {import("../types.js").PhoneView} PhoneView */
/** @typedef {import("../lib/words.js").Key} Key */

/** What a phone may answer to a text, and the settings that make it so. @type {Record<string, Pick<Behaviour, "reject" | "defer" | "silent">>} */
const ANSWERS = {
    accept: { reject: "", defer: false, silent: false },
    recipient: { reject: "recipient", defer: false, silent: false },
    message: { reject: "message", defer: false, silent: false },
    sender: { reject: "sender", defer: false, silent: false },
    opted_out: { reject: "opted_out", defer: false, silent: false },
    defer: { reject: "", defer: true, silent: false },
    silent: { reject: "", defer: false, silent: true },
};
const RECEIPTS = ["normal", "early", "lost", "repeated", "reordered", "failed"];
const DELAYS = [0, 2, 5, 15, 60];

/** @param {Behaviour} behaviour */
function answerOf({ reject, defer, silent }) {
    return reject || (defer ? "defer" : silent ? "silent" : "accept");
}

/** What is out of the ordinary about a phone, in a word or two; "" for a phone that just works. @param {Behaviour} behaviour */
export function behaviourWords(behaviour) {
    if (!behaviour.reachable) return t("mood.off");
    const answer = answerOf(behaviour);
    if (answer !== "accept") return known(`mood.${answer}`) ?? answer;
    if (behaviour.receipts !== "normal") return known(`mood.receipts_${behaviour.receipts}`) ?? behaviour.receipts;
    return behaviour.delay ? t("mood.slow", { n: behaviour.delay }) : "";
}

/** How a phone shall behave from now on, in words. @param {{carrier: string, phone: PhoneView}} props */
export function BehaviourForm({ carrier, phone }) {
    const { behaviour, number } = phone;
    const set = (/** @type {Partial<Behaviour>} */ change) => void trying(() => behave(carrier, number, change));
    const words = behaviourWords(behaviour) || t("mood.normal");
    return html`<details class="behaviour">
        <summary>${h(Icon, { name: "settings" })}<span>${t("behaviour")}</span><span class="behaviour-now">${words}</span></summary>
        <div class="behaviour-form">
            <label class="tick">
                <input type="checkbox" role="switch" checked=${behaviour.reachable} onChange=${() => set({ reachable: !behaviour.reachable })} />
                <span>${t("behaviour.reachable")}<span class="hint">${t("behaviour.reachable_hint")}</span></span>
            </label>
            ${h(Choice, { label: t("behaviour.answer"), prefix: "answer", value: answerOf(behaviour), all: Object.keys(ANSWERS), take: (answer) => set(ANSWERS[answer] ?? {}) })}
            ${h(Choice, { label: t("behaviour.receipts"), prefix: "receipts", value: behaviour.receipts, all: RECEIPTS, take: (receipts) => set({ receipts }) })}
            ${h(Delay, { value: behaviour.delay, set })}
        </div>
    </details>`;
}

/** @param {{label: string, prefix: string, value: string, all: string[], take: (value: string) => void}} props */
function Choice({ label, prefix, value, all, take }) {
    const children = html`<select value=${value} onChange=${entered(take)}>
        ${all.map((each) => html`<option value=${each} selected=${each === value}>${known(`${prefix}.${each}`) ?? each}</option>`)}
    </select>`;
    return h(Field, { label, children });
}

/** @param {{value: number, set: (change: Partial<Behaviour>) => void}} props */
function Delay({ value, set }) {
    const all = DELAYS.includes(value) ? DELAYS : [...DELAYS, value].sort((a, b) => a - b);
    const children = html`<select value=${String(value)} onChange=${entered((text) => set({ delay: Number(text) }))}>
        ${all.map((each) => html`<option value=${String(each)} selected=${each === value}>${each ? t("behaviour.seconds", { n: each }) : t("behaviour.at_once")}</option>`)}
    </select>`;
    return h(Field, { label: t("behaviour.delay"), children });
}
