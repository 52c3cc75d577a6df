// @ts-check
import { bringIn } from "../consent.js";
import { batches, readOptOutList } from "../lib/opt-out-list.js";
import { h, html, useState } from "../lib/ui.js";
import { t } from "../lib/words.js";
import { Dialog } from "../parts/dialog.js";
import { Field } from "../parts/field.js";
import { FormError, useForm } from "./sign-in.js";

const MOST_SHOWN = 100;

/** @typedef {{added: number, known: number, refused: {line: number, reason: string}[]}} Result */

/** Bring in a list that was kept elsewhere; bringing it in again adds nothing. @param {{onClose: () => void, done: () => void}} props */
export function Import({ onClose, done }) {
    const [result, setResult] = useState(/** @type {Result | null} */ (null));
    const { error, busy, submit } = useForm(async (_, form) => {
        const file = new FormData(form).get("file");
        if (!(file instanceof File)) return;
        setResult(await bringAll(await file.text()));
        done();
    });
    const file = html`<input name="file" type="file" required accept=".csv,.txt,text/csv,text/plain" autofocus />`;
    const children = html`<form onSubmit=${submit}>
        <p>${t("import.about")}</p>
        ${h(Field, { label: t("import.file"), hint: t("import.hint"), children: file })} ${h(FormError, { error })} ${result && h(Outcome, { result })}
        <div class="buttons">
            <button type="button" class="button" onClick=${onClose}>${t(result ? "close" : "cancel")}</button>
            <button type="submit" class="button primary" aria-disabled=${busy}>${t("import.do")}</button>
        </div>
    </form>`;
    return h(Dialog, { title: t("import.title"), onClose, children });
}

/** @param {string} text @returns {Promise<Result>} */
async function bringAll(text) {
    const { entries, faults } = readOptOutList(text);
    const all = { added: 0, known: 0, refused: faults.map(({ line, words }) => ({ line, reason: t(words) })) };
    for (const batch of batches(entries)) {
        const { added, known, refused } = await bringIn(batch.map(({ row }) => row));
        all.added += added;
        all.known += known;
        all.refused.push(...refused.map(({ row, reason }) => ({ line: batch[row - 1]?.line ?? 0, reason })));
    }
    all.refused.sort((a, b) => a.line - b.line);
    return all;
}

/** @param {{result: Result}} props */
function Outcome({ result: { added, known, refused } }) {
    return html`<div class="import-result" role="status">
        <p><strong>${t("import.added", { n: added })}</strong> ${known > 0 && t("import.known", { n: known })} ${refused.length > 0 && t("import.refused", { n: refused.length })}</p>
        ${refused.length > 0 &&
        html`<ul class="import-faults">
            ${refused.slice(0, MOST_SHOWN).map(({ line, reason }) => html`<li>${line > 0 && `${t("import.line", { n: line })}: `}${reason}</li>`)}
        </ul>`}
    </div>`;
}
