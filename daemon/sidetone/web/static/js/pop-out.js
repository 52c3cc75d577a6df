// @ts-check
// A conversation in a window of its own, and back (KU-15, KU-38). Its draft lives in the browser, so it goes
// along; where one had scrolled to is left for the other window.

import { t } from "./lib/words.js";
import { tell } from "./parts/toast.js";
import { go, place, to } from "./router.js";
import { leavePlace, placeIn } from "./thread-place.js";

const LOOKS = "popup,width=460,height=720";

/** Whether this window shows one conversation and nothing else. */
export const isAlone = () => place.value.query.has("window");

/** @param {string} id of a conversation */
export function popOut(id) {
    leavePlace(id, placeIn(id));
    const opened = open(to(`messages/${id}?window`), `sidetone-${id}`, LOOKS);
    if (!opened) {
        leavePlace(id, null);
        return tell(t("window.refused"));
    }
    opened.focus();
    if (place.peek().id === id) go("messages", { replace: true });
    return undefined;
}

/** Show it in the main window again; without one this window becomes that. @param {string} id */
export function dock(id) {
    const main = /** @type {Window | null} */ (window.opener);
    leavePlace(id, placeIn(id));
    if (main && !main.closed) {
        main.postMessage({ dock: id, at: placeIn(id) }, location.origin);
        close();
    }
    location.assign(to(`messages/${id}`)); // where the browser did not let it close
}

/** Hear a window that gives its conversation back. */
export function followWindows() {
    addEventListener("message", (event) => {
        const id = event.origin === location.origin ? event.data?.dock : null;
        if (typeof id !== "string" || !/^\d+$/.test(id)) return;
        leavePlace(id, event.data.at);
        go(`messages/${id}`);
    });
}
