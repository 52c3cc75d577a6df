// @ts-check
import { h, html, useId, useLayoutEffect, useRef } from "../lib/ui.js";
import { t } from "../lib/words.js";
import { Icon } from "./icon.js";

/**
 * A modal window. Esc, the cross and a click beside it close it; the focus goes back by itself.
 *
 * @param {{title: string, onClose: () => void, kind?: string, children?: import("../lib/ui.js").Children}} props
 */
export function Dialog({ title, onClose, kind = "", children }) {
    const box = useRef(/** @type {HTMLDialogElement | null} */ (null));
    const id = useId();
    useLayoutEffect(() => {
        const dialog = box.current;
        dialog?.showModal();
        return () => dialog?.close();
    }, []);
    const beside = (/** @type {MouseEvent} */ event) => event.target === box.current && onClose();
    const cancel = (/** @type {Event} */ event) => {
        event.preventDefault();
        onClose();
    };
    return html`<dialog class="dialog ${kind}" ref=${box} aria-labelledby=${id} onMouseDown=${beside} onCancel=${cancel}>
        <div class="dialog-inner">
            <header class="dialog-head">
                <h2 id=${id}>${title}</h2>
                <button type="button" class="round" aria-label=${t("close")} title=${t("close")} onClick=${onClose}>
                    ${h(Icon, { name: "close" })}
                </button>
            </header>
            ${children}
        </div>
    </dialog>`;
}
