// @ts-check
import { contactsVersion, deleteContact, readContacts } from "../contacts.js";
import { h, html, useEffect, useRef, useState } from "../lib/ui.js";
import { known, language, t } from "../lib/words.js";
import { listen } from "../keys.js";
import { Avatar } from "../parts/avatar.js";
import { confirmed } from "../parts/confirm.js";
import { Empty, Trouble } from "../parts/empty.js";
import { Icon } from "../parts/icon.js";
import { Menu } from "../parts/menu.js";
import { SaveContact, entered } from "../parts/save-contact.js";
import { trying } from "../parts/toast.js";
import { to } from "../router.js";

/** @typedef {import("../types.js").ContactView} ContactView */
/** @typedef {{contact: ContactView | null, name?: string, number?: string}} Editing */

const TYPING_PAUSE = 150;
const PAGE = 200;

/** Contacts: the user's own to find, add, change and text, those of directories to find, text and make one's own. */
export function ContactsView() {
    const [typed, setTyped] = useState("");
    const [editing, setEditing] = useState(/** @type {Editing | null} */ (null));
    const { contacts, more, fault, readNext, readAgain } = useContacts(typed.trim());
    return html`<main class="page">
        <div class="page-inner">
            <header class="page-head">
                <h1>${t("contacts")}</h1>
                <button type="button" class="button primary" onClick=${() => setEditing({ contact: null })}>${h(Icon, { name: "person-plus" })}${t("contact.new")}</button>
            </header>
            ${h(Search, { typed, setTyped })} ${fault !== null && h(Trouble, { fault, again: readAgain })}
            ${contacts && h(People, { contacts, typed, edit: setEditing })}
            ${more && html`<button type="button" class="button" onClick=${readNext}>${t("contact.more")}</button>`}
            ${!contacts && !fault && html`<p class="busy" role="status">${t("reading")}</p>`}
        </div>
        ${editing && h(SaveContact, { ...editing, onClose: () => setEditing(null) })}
    </main>`;
}

/** @param {{typed: string, setTyped: (text: string) => void}} props */
function Search({ typed, setTyped }) {
    const input = useRef(/** @type {HTMLInputElement | null} */ (null));
    useEffect(() => {
        const focus = (/** @type {KeyboardEvent} */ event) => {
            event.preventDefault();
            input.current?.focus();
        };
        return listen({ "/": focus });
    }, []);
    return html`<div class="search" role="search">
        ${h(Icon, { name: "search" })}
        <input ref=${input} type="search" autocomplete="off" placeholder=${t("contact.search")} aria-label=${t("contact.search")} value=${typed} onInput=${entered(setTyped)} />
    </div>`;
}

/** A page of contacts at a time, read anew when one changes. @param {string} q */
function useContacts(q) {
    const [state, setState] = useState({ contacts: /** @type {ContactView[] | null} */ (null), next: /** @type {string | null} */ (null), fault: /** @type {unknown} */ (null) });
    const [tries, setTries] = useState(0);
    const version = contactsVersion.value;
    useEffect(() => {
        const abort = new AbortController();
        const read = async () => {
            try {
                const page = await readContacts({ q: q || undefined, limit: PAGE, signal: abort.signal });
                setState({ contacts: page.items, next: page.next, fault: null });
            } catch (fault) {
                if (!abort.signal.aborted) setState((before) => ({ ...before, fault }));
            }
        };
        const timer = setTimeout(read, q ? TYPING_PAUSE : 0);
        return () => {
            clearTimeout(timer);
            abort.abort();
        };
    }, [q, version, tries]);
    const readNext = () =>
        trying(async () => {
            const page = await readContacts({ q: q || undefined, limit: PAGE, after: state.next ?? undefined });
            setState({ contacts: [...(state.contacts ?? []), ...page.items], next: page.next, fault: null });
        });
    const contacts = state.contacts && [...state.contacts].sort((a, b) => a.name.localeCompare(b.name, language.value));
    return { contacts, more: state.next !== null, fault: state.fault, readNext, readAgain: () => setTries(tries + 1) };
}

/** @param {{contacts: ContactView[], typed: string, edit: (editing: Editing) => void}} props */
function People({ contacts, typed, edit }) {
    if (!contacts.length && typed) return h(Empty, { icon: "search", title: t("list.none_found"), text: t("contact.none_found") });
    if (!contacts.length) return h(Empty, { icon: "people", title: t("contact.empty"), text: t("contact.empty_text") });
    return html`<ul class="card people" aria-label=${t("contacts")}>
        ${contacts.map((contact) => h(Person, { key: contact.id, contact, edit }))}
    </ul>`;
}

/** @param {{contact: ContactView, edit: (editing: Editing) => void}} props */
function Person({ contact, edit }) {
    const { id, name, numbers, company, job, source_label: label } = contact;
    const remove = async () => {
        if (await confirmed(t("contact.delete"), t("contact.delete_text", { name }), t("contact.delete_yes"))) await trying(() => deleteContact(id));
    };
    const own = [
        { label: t("contact.change"), icon: "pencil", act: () => edit({ contact }) },
        { label: t("contact.delete"), icon: "trash", act: remove, danger: true },
    ];
    const theirs = [{ label: t("contact.make_own"), icon: "person-plus", act: () => edit({ contact: null, name, number: numbers[0]?.number }) }];
    const about = [job, company, label && t("contact.source", { label })].filter(Boolean).join(" · ");
    return html`<li class="person" data-contact=${id}>
        ${h(Avatar, { name, seed: numbers[0]?.number ?? name })}
        <div class="person-who">
            <h2 dir="auto">${name}</h2>
            ${about && html`<p class="person-about" dir="auto">${about}</p>`} ${numbers.map((each) => h(PersonNumber, { name, number: each }))}
        </div>
        ${h(Menu, { label: t("contact.actions", { name }), icon: "more", choices: contact.source === "personal" ? own : theirs })}
    </li>`;
}

/** @param {{name: string, number: import("../types.js").ContactNumber}} props */
function PersonNumber({ name, number }) {
    const words = t("contact.text_to", { name, number: number.display });
    return html`<p>
        <span class="person-number">${number.display}</span>
        <span class="person-type">${known(`type.${number.type}`) ?? number.type}</span>
        <a class="round text-them" href=${to(`messages/new?to=${encodeURIComponent(number.number)}`)} aria-label=${words} title=${words}>${h(Icon, { name: "sms" })}</a>
    </p>`;
}
