// @ts-check
import { explainFault, Refused } from "../api.js";
import { lookUp, readContacts } from "../contacts.js";
import { openWith } from "../conversations.js";
import { h, html, useEffect, useLayoutEffect, useRef, useState } from "../lib/ui.js";
import { known, t } from "../lib/words.js";
import { Empty } from "../parts/empty.js";
import { Icon } from "../parts/icon.js";
import { entered } from "../parts/save-contact.js";
import { tell } from "../parts/toast.js";
import { Suggestions } from "../parts/suggestions.js";
import { lastNumber, numberWords, numbersLastUsedFirst, useNumber } from "../numbers.js";
import { goingOn, place, to } from "../router.js";
import { me } from "../state.js";

/** @typedef {import("../types.js").Lookup} Lookup */
/** @typedef {{number: string, display: string, name: string, type: string, source: string}} Suggestion */

const TYPING_PAUSE = 120;
const MOST = 8;
/** A number with an area or country code has at least so many digits; what is shorter is still being typed. */
const MANY_DIGITS = 7;

/** To whom, and from which of our numbers; opening the conversation comes next. */
export function NewMessage() {
    const [typed, setTyped] = useState(place.value.query.get("to") ?? "");
    const [from, setFrom] = useOwnNumber();
    const meant = useSuggestions(typed, from);
    const [busy, setBusy] = useState(false);
    const open = async (/** @type {Suggestion} */ choice) => {
        if (busy) return;
        setBusy(true);
        const goOn = goingOn();
        try {
            const conversation = await openWith(choice.number, from || undefined);
            useNumber(from);
            goOn(`messages/${conversation.id}`, { replace: true });
        } catch (fault) {
            tell(explainFault(fault));
            setBusy(false);
        }
    };
    const numbers = me.value?.numbers ?? [];
    return html`<section class="thread-pane" aria-label=${t("new.title")}>
        <header class="pane-head thread-head">
            <a class="round only-narrow" href=${to("messages")} aria-label=${t("back_to_list")} title=${t("back_to_list")}>${h(Icon, { name: "back" })}</a>
            <h2>${t("new.title")}</h2>
        </header>
        ${numbers.length
            ? html`<div class="new-form">
                  ${numbers.length > 1 && h(FromNumber, { from, setFrom })} ${h(To, { typed, setTyped, meant, open })}
              </div>`
            : h(Empty, { icon: "hash", title: t("list.no_number"), text: t("list.no_number_text") })}
    </section>`;
}

/** The number to send from: the one used last, else the first. @returns {[string, (number: string) => void]} */
function useOwnNumber() {
    const [chosen, setChosen] = useState(lastNumber());
    const numbers = me.value?.numbers ?? [];
    const number = numbers.find((each) => each.number === chosen) ?? numbers[0];
    return [number?.number ?? "", setChosen];
}

/** @param {{from: string, setFrom: (number: string) => void}} props */
function FromNumber({ from, setFrom }) {
    return html`<div class="new-line">
        <label for="new-from">${t("new.from")}</label>
        <select id="new-from" value=${from} onChange=${entered(setFrom)}>
            ${numbersLastUsedFirst().map((each) => html`<option value=${each.number} selected=${each.number === from}>${numberWords(each)}</option>`)}
        </select>
    </div>`;
}

/**
 * @param {object} props
 * @param {string} props.typed
 * @param {(text: string) => void} props.setTyped
 * @param {Meant} props.meant
 * @param {(choice: Suggestion) => void} props.open
 */
function To({ typed, setTyped, meant, open }) {
    const { found, problem, fresh } = meant;
    const { chosen, tried, key } = useChoice(typed, meant, open);
    const input = useRef(/** @type {HTMLInputElement | null} */ (null));
    useEffect(() => input.current?.focus(), []);
    const wrong = problem && (tried || !mayGrow(typed));
    return html`<div class="new-line">
            <label for="new-to">${t("new.to")}</label>
            <input
                id="new-to"
                ref=${input}
                type="text"
                inputmode="text"
                autocomplete="off"
                spellcheck=${false}
                role="combobox"
                aria-expanded=${found.length > 0}
                aria-controls="new-found"
                aria-autocomplete="list"
                aria-activedescendant=${chosen ? `new-found-${found.indexOf(chosen)}` : undefined}
                aria-describedby="new-hint"
                aria-invalid=${wrong ? "true" : undefined}
                placeholder=${t("new.placeholder")}
                value=${typed}
                onInput=${entered(setTyped)}
                onKeyDown=${key}
            />
        </div>
        <p class="new-hint ${wrong ? "error" : ""}" id="new-hint" role="status">${problem || (found.length ? "" : t("new.hint"))}</p>
        ${h(Suggestions, { found, at: chosen ? found.indexOf(chosen) : -1, stale: !fresh, open })}`;
}

/**
 * Arrows choose among what was found, Enter takes it. Enter that came before the answer takes the first of it, and
 * never what was meant by earlier words.
 *
 * @param {string} typed
 * @param {Meant} meant
 * @param {(choice: Suggestion) => void} open
 */
function useChoice(typed, { found, fresh }, open) {
    const [at, setAt] = useState(0);
    const [tried, setTried] = useState(false);
    const chosen = found[Math.min(at, found.length - 1)];
    useLayoutEffect(() => {
        setAt(0);
        setTried(false);
    }, [typed]);
    useEffect(() => {
        if (tried && fresh && chosen) open(chosen);
    }, [tried, fresh]);
    const key = (/** @type {KeyboardEvent} */ event) => {
        if (event.isComposing) return; // Enter ends the word that is being put together
        if (event.key === "Enter") fresh && chosen ? open(chosen) : setTried(true);
        else if (event.key === "ArrowDown") setAt(Math.min(at + 1, found.length - 1));
        else if (event.key === "ArrowUp") setAt(Math.max(at - 1, 0));
        else return;
        event.preventDefault();
    };
    return { chosen, tried, key };
}

/** A number that is still short is told what it lacks, but not yet that it is wrong. @param {string} typed */
function mayGrow(typed) {
    return typed.replace(/\D/g, "").length < MANY_DIGITS;
}

/** @typedef {{found: Suggestion[], problem: string, fresh: boolean}} Meant `fresh`: it is about what stands there now */

/** What the typed words may mean: a number as it will be dialled, and contacts. @param {string} typed @param {string} from @returns {Meant} */
function useSuggestions(typed, from) {
    const [state, setState] = useState({ about: "", found: /** @type {Suggestion[]} */ ([]), problem: "" });
    const words = typed.trim();
    const about = `${from} ${words}`;
    useEffect(() => {
        if (!words) return void setState({ about, found: [], problem: "" });
        const abort = new AbortController();
        const ask = async () => {
            const [number, contacts] = await Promise.all([meantNumber(words, from, abort.signal), meantContacts(words, abort.signal)]);
            if (abort.signal.aborted) return;
            const others = contacts.filter((each) => each.number !== number.found?.number);
            const found = [...(number.found ? [number.found] : []), ...others].slice(0, MOST);
            setState({ about, found, problem: found.length ? "" : number.problem });
        };
        const timer = setTimeout(ask, TYPING_PAUSE);
        return () => {
            clearTimeout(timer);
            abort.abort();
        };
    }, [about]);
    return { ...state, fresh: state.about === about };
}

/** @param {string} words @param {string} from @param {AbortSignal} abort @returns {Promise<{found: Suggestion | null, problem: string}>} */
async function meantNumber(words, from, abort) {
    if (!/\d/.test(words)) return { found: null, problem: words.length > 2 ? t("new.nobody", { words }) : "" };
    if (/^[0+]/.test(words) && mayGrow(words)) return { found: null, problem: t("new.short") };
    try {
        const { number, display, contact } = await lookUp(words, from || undefined, abort);
        return { found: { number, display, name: contact?.name ?? "", type: "", source: contact?.source_label ?? "" }, problem: "" };
    } catch (fault) {
        return { found: null, problem: fault instanceof Refused || !abort.aborted ? explainFault(fault) : "" };
    }
}

/** @param {string} words @param {AbortSignal} abort @returns {Promise<Suggestion[]>} */
async function meantContacts(words, abort) {
    try {
        const page = await readContacts({ q: words, limit: MOST, signal: abort });
        return page.items.flatMap(({ name, numbers, source_label: source }) =>
            numbers.map(({ number, display, type }) => ({ number, display, name, type: known(`type.${type}`) ?? type, source })),
        );
    } catch {
        return [];
    }
}
