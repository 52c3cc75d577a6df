// @ts-check
import { newKey } from "../lib/ids.js";
import { clock, day, sameDay } from "../lib/time.js";
import { h, html, useEffect, useLayoutEffect, useRef, useState } from "../lib/ui.js";
import { t } from "../lib/words.js";
import { textFrom } from "../phones.js";
import { BehaviourForm, behaviourWords } from "./behaviour.js";
import { Icon } from "./icon.js";
import { entered } from "./save-contact.js";
import { Text } from "./text.js";
import { trying } from "./toast.js";

/** @typedef {import("../types.js").PhoneView} PhoneView */
/** @typedef {import("../types.js").PhoneTextView} PhoneTextView */
/** @typedef {Map<string, string>} Ours numbers of ours and how they are shown */

/** A virtual phone: its screen, and below it how it shall behave. @param {{carrier: string, phone: PhoneView, ours: Ours}} props */
export function Phone({ carrier, phone, ours }) {
    const [chosen, setChosen] = useState("");
    const others = partners(phone, ours);
    const partner = others.includes(chosen) ? chosen : (phone.messages.at(-1)?.number ?? others[0] ?? "");
    const texts = phone.messages.filter((text) => text.number === partner);
    const name = phone.name || phone.display;
    return html`<section class="phone-card" aria-label=${t("handset.phone", { name })} data-phone=${phone.number}>
        <header class="phone-owner">
            <h2>${name}</h2>
            <p>${phone.display}</p>
        </header>
        <div class="phone ${phone.behaviour.reachable ? "" : "off"}">
            <div class="phone-screen">
                ${h(StatusLine, { phone })} ${h(Partner, { partner, others, ours, setChosen })} ${h(Texts, { texts, name })}
                ${h(Write, { carrier, phone, partner })}
            </div>
        </div>
        ${h(BehaviourForm, { carrier, phone })}
    </section>`;
}

/** Whom this phone talks with, or may: the last one first. @param {PhoneView} phone @param {Ours} ours */
function partners(phone, ours) {
    return [...new Set([...phone.messages.map((text) => text.number).reverse(), ...ours.keys()])];
}

/** What stands at the top of a phone's screen. @param {{phone: PhoneView}} props */
function StatusLine({ phone }) {
    const [now, setNow] = useState(() => new Date().toISOString());
    useEffect(() => {
        const timer = setInterval(() => setNow(new Date().toISOString()), 10_000);
        return () => clearInterval(timer);
    }, []);
    const words = behaviourWords(phone.behaviour);
    return html`<div class="phone-status">
        <span>${clock(now)}</span>
        ${words && html`<span class="phone-mood">${words}</span>`}
        <span class="phone-signs" aria-hidden="true">${h(Icon, { name: phone.behaviour.reachable ? "signal" : "no-signal" })}${h(Icon, { name: "battery" })}</span>
    </div>`;
}

/** @param {{partner: string, others: string[], ours: Ours, setChosen: (number: string) => void}} props */
function Partner({ partner, others, ours, setChosen }) {
    const shown = (/** @type {string} */ number) => ours.get(number) ?? number;
    return html`<div class="phone-partner">
        ${others.length > 1
            ? html`<select aria-label=${t("handset.partner")} value=${partner} onChange=${entered(setChosen)}>
                  ${others.map((number) => html`<option value=${number} selected=${number === partner}>${shown(number)}</option>`)}
              </select>`
            : html`<span>${partner ? shown(partner) : t("handset.no_partner")}</span>`}
    </div>`;
}

/** @param {{texts: PhoneTextView[], name: string}} props */
function Texts({ texts, name }) {
    const box = useRef(/** @type {HTMLDivElement | null} */ (null));
    useLayoutEffect(() => {
        if (box.current) box.current.scrollTop = box.current.scrollHeight;
    }, [texts.length, texts.at(-1)?.id]);
    return html`<div class="phone-texts" ref=${box} role="log" tabindex="0" aria-label=${t("handset.texts", { name })}>
        ${!texts.length && html`<p class="phone-empty">${t("handset.no_texts")}</p>`}
        ${texts.map((text, at) => h(PhoneText, { key: text.id, text, newDay: !at || !sameDay(texts[at - 1]?.at ?? "", text.at) }))}
    </div>`;
}

/** @param {{text: PhoneTextView, newDay: boolean}} props */
function PhoneText({ text, newDay }) {
    return html`${newDay && html`<p class="phone-day">${day(text.at)}</p>`}
        <div class="phone-text ${text.direction}" data-text=${text.id}>
            <span class="only-heard">${t(text.direction === "in" ? "handset.got" : "handset.sent")}: </span>
            ${h(Text, { body: text.body })}
            <time datetime=${text.at}>${clock(text.at)}</time>
        </div>`;
}

/** @param {{carrier: string, phone: PhoneView, partner: string}} props */
function Write({ carrier, phone, partner }) {
    const input = useRef(/** @type {HTMLInputElement | null} */ (null));
    const [busy, setBusy] = useState(false);
    const submit = async (/** @type {Event} */ event) => {
        event.preventDefault();
        const body = (input.current?.value ?? "").trim();
        if (busy || !body || !partner) return;
        setBusy(true);
        const sent = await trying(() => textFrom(carrier, phone.number, partner, body, newKey()));
        if (sent && input.current) input.current.value = "";
        setBusy(false);
        input.current?.focus();
    };
    return html`<form class="phone-write" onSubmit=${submit}>
        <input
            ref=${input}
            type="text"
            maxlength="4096"
            autocomplete="off"
            enterkeyhint="send"
            placeholder=${t("handset.write")}
            aria-label=${t("handset.write_as", { name: phone.name || phone.display })}
        />
        <button type="submit" class="send" aria-label=${t("composer.send")} title=${t("composer.send")} aria-disabled=${busy || !partner}>${h(Icon, { name: "send" })}</button>
    </form>`;
}
