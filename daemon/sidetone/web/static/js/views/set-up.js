// @ts-check
import { Mistake } from "../api.js";
import { h, html, useState } from "../lib/ui.js";
import { t } from "../lib/words.js";
import { Field } from "../parts/field.js";
import { go, to } from "../router.js";
import { setUp } from "../state.js";
import { Brand, FormError, useForm } from "./sign-in.js";

/** The first admin, by the one-time link `/setup#SECRET`: the secret never reaches a log, because a fragment is not sent. */
export function SetUp() {
    const [secret] = useState(() => decodeURIComponent(location.hash.slice(1)));
    const { error, busy, submit } = useForm(async ({ username = "", password = "", again }) => {
        if (password !== again) throw new Mistake(t("set_up.mismatch"));
        await setUp(secret, username, password);
        go("admin", { replace: true });
    });
    if (!secret) return h(NoSecret, {});
    const name = html`<input name="username" required maxlength="64" autocomplete="username" autocapitalize="none" spellcheck=${false} autofocus />`;
    const password = (/** @type {string} */ field) =>
        html`<input name=${field} type="password" required minlength="8" maxlength="256" autocomplete="new-password" />`;
    return html`<main class="door">
        <form class="door-card" onSubmit=${submit}>
            ${h(Brand, {})}
            <h1>${t("set_up.title")}</h1>
            <p>${t("set_up.text")}</p>
            ${h(Field, { label: t("sign_in.name"), hint: t("set_up.name_hint"), children: name })}
            ${h(Field, { label: t("sign_in.password"), hint: t("set_up.password_hint"), children: password("password") })}
            ${h(Field, { label: t("set_up.again"), children: password("again") })} ${h(FormError, { error })}
            <button type="submit" class="button primary wide" aria-disabled=${busy}>${t("set_up.do")}</button>
        </form>
    </main>`;
}

function NoSecret() {
    return html`<main class="door">
        <div class="door-card">
            ${h(Brand, {})}
            <h1>${t("set_up.no_secret")}</h1>
            <p>${t("set_up.no_secret_text")}</p>
            <a class="button wide" href=${to("")}>${t("set_up.to_sign_in")}</a>
        </div>
    </main>`;
}
