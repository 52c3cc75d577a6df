// @ts-check
import { addBlock, readBlocks, removeBlock } from "../consent.js";
import { newKey } from "../lib/ids.js";
import { brief, exact } from "../lib/time.js";
import { h, html, useEffect, useState } from "../lib/ui.js";
import { t } from "../lib/words.js";
import { FormError, useForm } from "../views/sign-in.js";
import { Trouble } from "./empty.js";
import { Field } from "./field.js";
import { trying } from "./toast.js";

/** @typedef {import("../types.js").BlockView} BlockView */

/** Whom this person does not want to hear from: see, add, lift. */
export function Blocks() {
    const [items, setItems] = useState(/** @type {BlockView[] | null} */ (null));
    const [fault, setFault] = useState(/** @type {unknown} */ (null));
    const read = () => readBlocks().then((found) => (setItems(found), setFault(null)), setFault);
    useEffect(() => void read(), []);
    const lift = (/** @type {string} */ id) => void trying(() => removeBlock(id)).then(read);
    return html`<section class="card blocks" aria-label=${t("blocks.title")}>
        <h2>${t("blocks.title")}</h2>
        <p class="page-about">${t("blocks.about")}</p>
        ${fault !== null && h(Trouble, { fault, again: read })} ${items?.map((block) => h(Line, { key: block.id, block, lift }))}
        ${items && !items.length && html`<p class="hint">${t("blocks.none")}</p>`} ${h(Add, { done: read })}
    </section>`;
}

/** @param {{block: BlockView, lift: (id: string) => void}} props */
function Line({ block: { id, party, source, created_at: since }, lift }) {
    return html`<div class="person" data-blocked=${party.value}>
        <div class="person-who">
            <p class="person-number">${party.display}</p>
            <p class="hint">${t(source === "word" ? "blocks.by_word" : "blocks.by_menu")} · <time datetime=${since} title=${exact(since)}>${brief(since)}</time></p>
        </div>
        <button type="button" class="link" aria-label=${t("blocks.lift_who", { party: party.display })} onClick=${() => lift(id)}>${t("blocks.lift")}</button>
    </div>`;
}

/** @param {{done: () => unknown}} props */
function Add({ done }) {
    const [key, setKey] = useState(newKey);
    const { error, busy, submit } = useForm(async ({ party = "" }, form) => {
        await addBlock(party.trim(), key);
        form.reset();
        setKey(newKey());
        await done();
    });
    const party = html`<input name="party" required maxlength="64" autocomplete="off" />`;
    return html`<form class="block-form" onSubmit=${submit}>
        ${h(Field, { label: t("blocks.party"), hint: t("blocks.party_hint"), children: party })} ${h(FormError, { error })}
        <button type="submit" class="button" aria-disabled=${busy}>${t("blocks.add")}</button>
    </form>`;
}
