// @ts-check
// Which place of the UI the address names. Paths are below BASE and carry no hash.

import { BASE } from "./lib/base.js";
import { signal } from "./lib/ui.js";

/** @typedef {{area: string, id: string, item: string, query: URLSearchParams}} Place */

/** @type {import("./lib/ui.js").Signal<Place>} */
export const place = signal(read());

function read() {
    const path = location.pathname.startsWith(BASE) ? location.pathname.slice(BASE.length) : "";
    const [area = "", id = "", item = ""] = path.split("/").map(decode);
    return { area: area || "messages", id, item, query: new URLSearchParams(location.search) };
}

/** @param {string} piece */
function decode(piece) {
    try {
        return decodeURIComponent(piece);
    } catch {
        return "";
    }
}

/** The address of a place such as "messages/12". @param {string} path */
export const to = (path) => BASE + path;

/** @param {string} path below BASE @param {{replace?: boolean, keep?: string[]}} [how] `keep`: what stays of the present query */
export function go(path, how = {}) {
    const address = withKept(to(path), how.keep ?? []);
    if (address === location.pathname + location.search) return;
    if (how.replace) history.replaceState(null, "", address);
    else history.pushState(null, "", address);
    place.value = read();
}

/**
 * Where an answer is to lead: that way, unless whoever waited for it has gone elsewhere.
 *
 * @returns {(path: string, how?: {replace?: boolean}) => void}
 */
export function goingOn() {
    const from = place.peek();
    return (path, how) => isSame(from, place.peek()) && go(path, how);
}

/** @param {Place} a @param {Place} b */
const isSame = (a, b) => a.area === b.area && a.id === b.id && a.item === b.item;

/** @param {string} address @param {string[]} names */
function withKept(address, names) {
    const [path = "", search = ""] = address.split("?");
    const query = new URLSearchParams(search);
    for (const name of names) {
        const value = place.peek().query.get(name);
        if (value !== null && !query.has(name)) query.set(name, value);
    }
    return names.length ? [path, String(query)].filter(Boolean).join("?") : address;
}

/** Follow links inside the page and the browser's own buttons. */
export function startRouter() {
    addEventListener("popstate", () => (place.value = read()));
    document.addEventListener("click", (event) => {
        const path = inner(event);
        if (path === null) return;
        event.preventDefault();
        go(path);
    });
}

/** The place that a plain click on a link of ours asks for. @param {MouseEvent} event */
function inner(event) {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return null;
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (!link || link.target || link.origin !== location.origin || !link.pathname.startsWith(BASE)) return null;
    const path = link.pathname.slice(BASE.length);
    return /^(api|static|hooks)\//.test(path) ? null : path + link.search;
}
