// @ts-check
import { isWell, listenFor, probe, readHits, sendProbe, showHooks } from "../carriers.js";
import { newKey } from "../lib/ids.js";
import { exact } from "../lib/time.js";
import { h, html, useEffect, useRef, useState } from "../lib/ui.js";
import { known, t } from "../lib/words.js";
import { Field } from "../parts/field.js";
import { Icon } from "../parts/icon.js";
import { Status, sentenceOf } from "../parts/status.js";
import { tell, trying } from "../parts/toast.js";
import { to } from "../router.js";
import { FormError, useForm } from "./sign-in.js";

/** @typedef {import("../types.js").CarrierView} CarrierView */
/** @typedef {import("../types.js").HitView} HitView */
/** @typedef {import("../types.js").HookUrl} HookUrl */

/** Whether a carrier works both ways: a text out, and a call-back in. @param {{carrier: CarrierView}} props */
export function TryCarrier({ carrier }) {
    return html`${h(Out, { carrier })} ${carrier.takes_hooks && h(In, { carrier })}`;
}

/** @param {{carrier: CarrierView}} props */
function Out({ carrier }) {
    const key = useRef(newKey());
    const { error, busy, submit } = useForm(async ({ to: number = "" }) => {
        await sendProbe(carrier.name, number.trim(), key.current);
        key.current = newKey();
    });
    useEffect(() => () => void (probe.value = null), []);
    const sent = probe.value;
    const number = html`<input name="to" type="tel" required maxlength="64" autocomplete="off" />`;
    return html`<section class="card" aria-labelledby="try-out">
        <h2 id="try-out">${t("try.out")}</h2>
        <p class="page-about">${t("try.out_about")}</p>
        <form class="try-form" onSubmit=${submit}>
            ${h(Field, { label: t("try.to"), children: number })}
            <button type="submit" class="button primary" aria-disabled=${busy}>${h(Icon, { name: "send" })}${t("try.send")}</button>
        </form>
        ${h(FormError, { error })}
        <div role="status">
            ${sent &&
            html`<p class="try-result">
                ${h(Status, { status: sent.status })}<strong>${sentenceOf(sent)}</strong>
                <a href=${to(`messages/${sent.conversation_id}`)}>${t("try.open")}</a>
            </p>`}
        </div>
    </section>`;
}

/** @param {{carrier: CarrierView}} props */
function In({ carrier }) {
    const [urls, setUrls] = useState(/** @type {HookUrl[] | null} */ (null));
    const { hits, listening, listen, stop } = useHits(carrier.name);
    const show = () => void trying(async () => setUrls(await showHooks(carrier.name)));
    return html`<section class="card" aria-labelledby="try-in">
        <h2 id="try-in">${t("try.in")}</h2>
        <p class="page-about">${t("try.in_about")}</p>
        ${carrier.hooks.length > 0 && h(Addresses, { urls: urls ?? carrier.hooks, shown: urls !== null, show })}
        <div class="try-listen">
            <button type="button" class="button primary" onClick=${listening ? stop : listen}>
                ${h(Icon, { name: listening ? "cancel" : "signal" })}${t(listening ? "try.stop" : "try.listen")}
            </button>
            <p role="status">${listening ? t("try.listening") : ""}</p>
        </div>
        <h3>${t("try.hits")}</h3>
        ${hits.length ? html`<ol class="hits">${hits.map((hit) => h(Hit, { key: hit.number, hit }))}</ol>` : html`<p class="hint">${t("try.no_hits")}</p>`}
    </section>`;
}

/** @param {{urls: HookUrl[], shown: boolean, show: () => void}} props */
function Addresses({ urls, shown, show }) {
    const copy = (/** @type {string} */ url) => () => void trying(async () => (await navigator.clipboard.writeText(url), tell(t("try.copied"))));
    return html`<dl class="facts addresses">
            ${urls.map(
                ({ kind, url }) => html`<dt>${known(`hook.${kind}`) ?? kind}</dt>
                    <dd>
                        <code>${url}</code>
                        ${shown && html`<button type="button" class="link" aria-label=${t("try.copy_what", { what: known(`hook.${kind}`) ?? kind })} onClick=${copy(url)}>${t("try.copy")}</button>`}
                    </dd>`,
            )}
        </dl>
        ${shown ? html`<p class="hint">${t("try.secret")}</p>` : html`<button type="button" class="button" onClick=${show}>${t("try.show")}</button>`}`;
}

/** The last call-backs, newest first, and listening for more. @param {string} name */
function useHits(name) {
    const [hits, setHits] = useState(/** @type {HitView[]} */ ([]));
    const [listening, setListening] = useState(false);
    const count = useRef(0);
    const abort = useRef(new AbortController());
    const add = (/** @type {HitView[]} */ found) => {
        count.current = found.at(-1)?.number ?? count.current;
        setHits((before) => [...found].reverse().concat(before.filter((old) => !found.some((each) => each.number === old.number))));
    };
    useEffect(() => {
        void trying(async () => {
            const found = await readHits(name);
            add(found.items);
            count.current = found.count;
        });
        return () => abort.current.abort();
    }, [name]);
    const listen = async () => {
        const own = (abort.current = new AbortController());
        setListening(true);
        await trying(async () => {
            try {
                await listenFor(name, count.current, add, own.signal);
            } catch (fault) {
                if (!own.signal.aborted) throw fault;
            }
        });
        setListening(false);
    };
    return { hits, listening, listen, stop: () => abort.current.abort() };
}

/** @param {{hit: HitView}} props */
function Hit({ hit }) {
    const well = isWell(hit);
    const facts = [
        t("hit.from", { method: hit.method, address: hit.remote }),
        hit.kind ? (known(`hook.${hit.kind}`) ?? hit.kind) : t("hit.no_address"),
        t(hit.tls ? "hit.tls" : hit.tls === false ? "hit.no_tls" : "hit.maybe_tls"),
        hit.proven !== null && t(hit.proven ? "hit.proven" : "hit.not_proven"),
        hit.understood !== null && t(hit.understood ? "hit.understood" : "hit.not_understood"),
        t("hit.answered", { status: String(hit.status) }),
    ];
    return html`<li class=${well ? "" : "wrong"}>
        <p class="status ${well ? "fine" : "bad"}">
            ${h(Icon, { name: well ? "check" : "alert" })}<strong>${hit.sentence || t(well ? "hit.well" : "hit.wrong")}</strong>
        </p>
        <p class="hint">${facts.filter(Boolean).join(" · ")}</p>
        <time class="hint" datetime=${hit.at}>${exact(hit.at)}</time>
    </li>`;
}
