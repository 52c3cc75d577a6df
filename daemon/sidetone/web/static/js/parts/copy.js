// @ts-check
import { t } from "../lib/words.js";
import { tell } from "./toast.js";

/** Put a text on the clipboard, and say whether that went well. @param {string} what */
export function copyText(what) {
    const done = navigator.clipboard?.writeText(what) ?? Promise.reject(new Error("no clipboard"));
    void done.then(
        () => tell(t("link.copied")),
        () => tell(t("link.not_copied")),
    );
}
