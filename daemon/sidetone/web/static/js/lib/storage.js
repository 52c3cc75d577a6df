// @ts-check
// What this browser keeps: drafts, unsent messages, small choices. A browser that refuses storage loses only that.

const PREFIX = "sidetone.";

/** @param {string} name @returns {string | null} */
export function read(name) {
    try {
        return localStorage.getItem(PREFIX + name);
    } catch {
        return null;
    }
}

/**
 * Keep a text under a name; null forgets it. Answers whether it was kept.
 *
 * @param {string} name
 * @param {string | null} text
 */
export function write(name, text) {
    try {
        if (text === null) localStorage.removeItem(PREFIX + name);
        else localStorage.setItem(PREFIX + name, text);
        return true;
    } catch {
        return false;
    }
}

/** The names that begin so, without the common prefix. @param {string} start */
export function names(start) {
    const found = [];
    try {
        for (let i = 0; i < localStorage.length; i += 1) {
            const key = localStorage.key(i) ?? "";
            if (key.startsWith(PREFIX + start)) found.push(key.slice(PREFIX.length));
        }
    } catch {
        return [];
    }
    return found;
}

/**
 * Call back when another window of this browser changes a name that begins so; answers how to stop.
 *
 * @param {string} start
 * @param {(name: string) => void} changed
 */
export function watch(start, changed) {
    const listener = (/** @type {StorageEvent} */ event) => {
        if (event.key?.startsWith(PREFIX + start)) changed(event.key.slice(PREFIX.length));
    };
    addEventListener("storage", listener);
    return () => removeEventListener("storage", listener);
}
