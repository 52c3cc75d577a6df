// @ts-check
import { explainFault } from "../api.js";
import { h, html, useEffect, useRef, useState } from "../lib/ui.js";
import { t } from "../lib/words.js";
import { Field } from "../parts/field.js";
import { signIn } from "../state.js";

/** Name and password. */
export function SignIn() {
    const { error, busy, submit } = useForm((data) => signIn(data.username ?? "", data.password ?? ""));
    const name = html`<input name="username" required maxlength="64" autocomplete="username" autocapitalize="none" spellcheck=${false} autofocus />`;
    const password = html`<input name="password" type="password" required maxlength="256" autocomplete="current-password" />`;
    return html`<main class="door">
        <form class="door-card" onSubmit=${submit}>
            ${h(Brand, {})}
            <h1>${t("sign_in.title")}</h1>
            ${h(Field, { label: t("sign_in.name"), children: name })} ${h(Field, { label: t("sign_in.password"), children: password })}
            ${h(FormError, { error })}
            <button type="submit" class="button primary wide" aria-disabled=${busy}>${t(busy ? "sign_in.busy" : "sign_in.do")}</button>
        </form>
    </main>`;
}

export function Brand() {
    return html`<p class="brand"><span class="brand-sign" aria-hidden="true"></span>Sidetone</p>`;
}

/** What went wrong with the whole form; takes the focus, so that it is heard. @param {{error: string}} props */
export function FormError({ error }) {
    const box = useRef(/** @type {HTMLParagraphElement | null} */ (null));
    useEffect(() => {
        if (error) box.current?.focus();
    }, [error]);
    return error ? html`<p class="error form-error" role="alert" tabindex="-1" ref=${box}>${error}</p>` : null;
}

/**
 * A form that is handed over once at a time; its fields by name.
 *
 * @param {(data: Record<string, string>, form: HTMLFormElement) => Promise<unknown>} act
 */
export function useForm(act) {
    const [error, setError] = useState("");
    const [busy, setBusy] = useState(false);
    const submit = async (/** @type {Event} */ event) => {
        event.preventDefault();
        const form = event.currentTarget;
        if (busy || !(form instanceof HTMLFormElement)) return;
        setBusy(true);
        setError("");
        try {
            const data = Array.from(new FormData(form), ([name, value]) => [name, String(value)]);
            await act(Object.fromEntries(data), form);
        } catch (fault) {
            setError(explainFault(fault));
        }
        setBusy(false);
    };
    return { error, busy, submit };
}
