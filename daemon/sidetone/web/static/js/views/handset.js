// @ts-check
import { numbers, readNumbers } from "../admin.js";
import { h, html, useEffect } from "../lib/ui.js";
import { t } from "../lib/words.js";
import { Empty, Trouble } from "../parts/empty.js";
import { Phone } from "../parts/phone.js";
import { followPhones, phoneCarriers, phones, phonesFault, readPhoneCarriers } from "../phones.js";
import { place, to } from "../router.js";
import { isAdmin, me } from "../state.js";

/** Virtual phones side by side: what an outside person would hold in their hand. */
export function HandsetView() {
    const carriers = phoneCarriers.value;
    const carrier = carriers?.find((name) => name === place.value.id) ?? carriers?.[0];
    useEffect(() => {
        void readPhoneCarriers();
        if (isAdmin.peek()) void readNumbers().catch(() => {});
    }, []);
    useEffect(() => {
        if (!carrier) return undefined;
        const abort = new AbortController();
        void followPhones(carrier, abort.signal);
        return () => abort.abort();
    }, [carrier]);
    return html`<main class="page wide handset-page">
        <header class="page-head">
            <div>
                <h1>${t("handset.title")}</h1>
                <p class="page-about">${t("handset.about")}</p>
            </div>
            ${carriers && carriers.length > 1 && h(Carriers, { carriers, carrier: carrier ?? "" })}
        </header>
        ${phonesFault.value !== null && h(Trouble, { fault: phonesFault.value, again: readPhoneCarriers })}
        ${carrier ? h(Phones, { carrier }) : carriers && h(Empty, { icon: "handset", title: t("handset.none"), text: t("handset.none_text") })}
    </main>`;
}

/** @param {{carriers: string[], carrier: string}} props */
function Carriers({ carriers, carrier }) {
    return html`<nav class="chips" aria-label=${t("message.carrier")}>
        ${carriers.map((name) => html`<a class="chip" href=${to(`handset/${encodeURIComponent(name)}`)} aria-current=${name === carrier ? "page" : undefined}>${name}</a>`)}
    </nav>`;
}

/** @param {{carrier: string}} props */
function Phones({ carrier }) {
    const all = phones.value;
    if (!all) return html`<p class="busy" role="status">${t("reading")}</p>`;
    if (!all.length) return h(Empty, { icon: "handset", title: t("handset.no_phone"), text: t("handset.no_phone_text") });
    const ours = ourNumbers();
    return html`<div class="phones">${all.map((phone) => h(Phone, { key: phone.number, carrier, phone, ours }))}</div>`;
}

/** Numbers that a phone may text, by E.164: those of this person, and for an admin every one. @returns {Map<string, string>} */
function ourNumbers() {
    const own = (me.value?.numbers ?? []).map((each) => ({ ...each }));
    const all = isAdmin.value ? [...own, ...numbers.value] : own;
    return new Map(all.map((each) => [each.number, each.label ? `${each.label} · ${each.display}` : each.display]));
}
