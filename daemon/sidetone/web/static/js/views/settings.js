// @ts-check
import { drafts, forgetDrafts } from "../drafts.js";
import { h, html, useState } from "../lib/ui.js";
import { LANGUAGES, t } from "../lib/words.js";
import { forgetUnsent, unsent } from "../outbox.js";
import { Avatar } from "../parts/avatar.js";
import { Blocks } from "../parts/blocks.js";
import { confirmed } from "../parts/confirm.js";
import { Field } from "../parts/field.js";
import { LetterKeys, openHelp } from "../parts/help.js";
import { ChangePassword } from "../parts/change-password.js";
import { Icon } from "../parts/icon.js";
import { NotifySettings } from "../parts/notify-settings.js";
import { entered } from "../parts/save-contact.js";
import { trying } from "../parts/toast.js";
import { goingOn, to } from "../router.js";
import { choose, me, signOut } from "../state.js";

/** @typedef {import("../types.js").Theme} Theme */

/** @type {{theme: Theme, words: import("../lib/words.js").Key}[]} */
const THEMES = [
    { theme: "system", words: "settings.theme_system" },
    { theme: "light", words: "settings.theme_light" },
    { theme: "dark", words: "settings.theme_dark" },
];

/** The person, and what they choose for themselves. */
export function SettingsView() {
    const [changing, setChanging] = useState(false);
    const found = me.value;
    if (!found) return null;
    const { user, settings, numbers } = found;
    const name = user.display_name || user.name;
    return html`<main class="page">
        <div class="page-inner">
            <h1>${t("settings")}</h1>
            <section class="card who" aria-label=${t("settings.account")}>
                ${h(Avatar, { name, seed: user.name, large: true })}
                <div>
                    <h2>${name}</h2>
                    <p>${t("settings.signed_in_as", { name: user.name })} · ${t(`role.${user.role}`)}</p>
                    ${numbers.map((each) => html`<p class="own-number">${[each.label, each.display].filter(Boolean).join(" · ")}</p>`)}
                </div>
                <button type="button" class="button" onClick=${() => setChanging(true)}>${h(Icon, { name: "lock" })}${t("password.change")}</button>
                <button type="button" class="button" onClick=${leave}>${h(Icon, { name: "sign-out" })}${t("sign_out")}</button>
            </section>
            <section class="card">
                <h2>${t("settings.looks")}</h2>
                ${h(ThemeChoice, { theme: settings.theme })} ${h(LanguageChoice, { language: settings.language })}
            </section>
            ${h(NotifySettings, {})}
            <section class="card">
                <h2>${t("settings.typing")}</h2>
                ${h(TrunkZero, { on: settings.drop_trunk_zero })} ${h(LetterKeys, {})}
                <button type="button" class="link" onClick=${openHelp}>${h(Icon, { name: "keyboard" })}${t("keys.title")}</button>
                <a class="link" href=${to("help")}>${h(Icon, { name: "help" })}${t("help")}</a>
            </section>
            ${h(Blocks, {})}
        </div>
        ${changing && h(ChangePassword, { onClose: () => setChanging(false) })}
    </main>`;
}

/** @param {{theme: Theme}} props */
function ThemeChoice({ theme }) {
    return html`<fieldset class="segmented">
        <legend>${t("settings.theme")}</legend>
        ${THEMES.map(
            (each) => html`<label>
                <input type="radio" name="theme" value=${each.theme} checked=${each.theme === theme} onChange=${() => trying(() => choose({ theme: each.theme }))} />
                <span>${t(each.words)}</span>
            </label>`,
        )}
    </fieldset>`;
}

/** @param {{language: string}} props */
function LanguageChoice({ language }) {
    const children = html`<select value=${language} onChange=${entered((tag) => void trying(() => choose({ language: tag })))}>
        <option value="" selected=${!language}>${t("settings.language_browser")}</option>
        ${Object.entries(LANGUAGES).map(([tag, words]) => html`<option value=${tag} lang=${tag} selected=${tag === language}>${words}</option>`)}
    </select>`;
    return h(Field, { label: t("settings.language"), children });
}

/** @param {{on: boolean}} props */
function TrunkZero({ on }) {
    return html`<label class="tick">
        <input type="checkbox" checked=${on} onChange=${() => trying(() => choose({ drop_trunk_zero: !on }))} />
        <span>${t("settings.trunk_zero")}<span class="hint">${t("settings.trunk_zero_hint")}</span></span>
    </label>`;
}

/** Signing out leaves nothing of this person in the browser; what would be lost is named first. */
async function leave() {
    const unsentCount = unsent.value.length;
    const draftCount = drafts.value.size;
    if (unsentCount || draftCount) {
        const words = [unsentCount && t("sign_out.unsent", { n: unsentCount }), draftCount && t("sign_out.drafts", { n: draftCount })];
        const text = t("sign_out.text", { what: words.filter(Boolean).join(", ") });
        if (!(await confirmed(t("sign_out"), text, t("sign_out.yes")))) return;
    }
    const goOn = goingOn();
    await trying(async () => {
        await signOut(() => {
            forgetUnsent();
            forgetDrafts();
        });
        goOn("messages", { replace: true }); // whoever comes next begins at the beginning
    });
}
