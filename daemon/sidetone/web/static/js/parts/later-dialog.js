// @ts-check
import { fromField, toField, usual } from "../lib/moments.js";
import { h, html, useState } from "../lib/ui.js";
import { moment } from "../lib/time.js";
import { t } from "../lib/words.js";
import { Dialog } from "./dialog.js";
import { Field } from "./field.js";
import { Icon } from "./icon.js";
import { entered } from "./save-contact.js";

/**
 * When a text shall be sent; with `body` its words can be changed too.
 *
 * @param {object} props
 * @param {Date} [props.at] the time it has now
 * @param {string} [props.body]
 * @param {(sendAt: string, body: string) => void} props.choose
 * @param {() => void} props.onClose
 */
export function LaterDialog({ at, body, choose, onClose }) {
    const [opened] = useState(() => new Date());
    const [field, setField] = useState(() => toField(at ?? usual(opened)[1]?.when ?? opened));
    const [words, setWords] = useState(body ?? "");
    const [wrong, setWrong] = useState("");
    const take = (/** @type {Date | null} */ when) => {
        if (!when || when.getTime() <= Date.now()) return setWrong(t("later.over"));
        if (body !== undefined && !words.trim()) return setWrong(t("later.no_words"));
        return choose(when.toISOString(), words.trim());
    };
    const submit = (/** @type {Event} */ event) => {
        event.preventDefault();
        take(fromField(field));
    };
    const children = html`<form onSubmit=${submit} novalidate>
        ${body !== undefined && h(Field, { label: t("later.words"), children: html`<textarea rows="4" value=${words} onInput=${entered(setWords)}></textarea>` })}
        ${body === undefined && h(Usual, { opened, take })}
        ${h(Field, {
            label: t("later.time"),
            error: wrong,
            hint: t("later.time_hint"),
            children: html`<input type="datetime-local" required min=${toField(opened)} value=${field} onInput=${entered(setField)} />`,
        })}
        <div class="buttons">
            <button type="button" class="button" onClick=${onClose}>${t("cancel")}</button>
            <button type="submit" class="button primary">${h(Icon, { name: "clock" })}${t(body === undefined ? "later.do" : "save")}</button>
        </div>
    </form>`;
    return h(Dialog, { title: t(body === undefined ? "later.title" : "later.change"), onClose, kind: "small", children });
}

/** @param {{opened: Date, take: (when: Date) => void}} props */
function Usual({ opened, take }) {
    return html`<ul class="usual" aria-label=${t("later.usual")}>
        ${usual(opened).map(
            ({ name, when }) => html`<li>
                <button type="button" onClick=${() => take(when)}><span>${t(`later.${name}`)}</span><span class="usual-when">${moment(when.toISOString())}</span></button>
            </li>`,
        )}
    </ul>`;
}
