// @ts-check
import { ask } from "../api.js";
import { h, html, useEffect, useState } from "../lib/ui.js";
import { t } from "../lib/words.js";
import { Field } from "../parts/field.js";
import { Icon } from "../parts/icon.js";
import { FormError, useForm } from "./sign-in.js";

/** @typedef {import("../types.js").RouteView} RouteView */
/** @typedef {import("../types.js").WaysView} WaysView */

/** Which carriers can send now, and which way a text would go. */
export function WaysCard() {
    const [ways, setWays] = useState(/** @type {WaysView | null} */ (null));
    const [way, setWay] = useState(/** @type {RouteView | null} */ (null));
    useEffect(() => void ask("GET", "/admin/ways").then(setWays, () => {}), []);
    const { error, busy, submit } = useForm(async ({ sender = "", to = "", body = "" }) => {
        setWay(null);
        setWay(await ask("POST", "/admin/ways", { body: { sender: sender.trim(), to: to.trim(), body } }));
    });
    const sender = html`<input name="sender" type="tel" required maxlength="64" autocomplete="off" />`;
    const to = html`<input name="to" type="tel" required maxlength="64" autocomplete="off" />`;
    const body = html`<input name="body" required maxlength="4096" autocomplete="off" value=${t("way.sample")} />`;
    return html`<section class="card">
        <h2>${t("way.title")}</h2>
        <p class="page-about">${t("way.about")}</p>
        ${ways && html`<p class="hint">${ways.able.length ? t("way.able", { names: ways.able.join(", ") }) : t("way.none_able")} ${ways.routes.length ? t("way.routes", { names: ways.routes.join(", ") }) : t("way.no_routes")}</p>`}
        <form class="try-form" onSubmit=${submit}>
            ${h(Field, { label: t("log.from"), children: sender })} ${h(Field, { label: t("log.to"), children: to })} ${h(Field, { label: t("way.text"), children: body })}
            <button type="submit" class="button" aria-disabled=${busy}>${t("way.ask")}</button>
            ${h(FormError, { error })}
        </form>
        ${way && h(Way, { way })}
    </section>`;
}

/** @param {{way: RouteView}} props */
function Way({ way }) {
    return html`<div class="way" role="status">
        <p><strong>${way.route ? t("way.by_route", { name: way.route }) : t("way.by_home")}</strong> · ${t("composer.segments", { n: way.segments })}</p>
        ${way.skipped.map(({ route, why }) => html`<p class="hint" key=${route}>${t("way.skipped", { name: route, why })}</p>`)}
        <ol class="parts">
            ${way.carriers.map(
                ({ name, taken, why, number }) => html`<li key=${name} class=${taken ? "taken" : ""}>
                    <strong>${name}</strong>
                    ${taken && html`<span class="status fine">${h(Icon, { name: "check" })}${t("way.taken")}</span>`} <span class="hint">${why}${number !== way.sender && ` · ${t("way.leaves_from", { number })}`}</span>
                </li>`,
            )}
        </ol>
    </div>`;
}
