// @ts-check
import { h, html, useEffect, useState } from "../lib/ui.js";
import { t } from "../lib/words.js";
import { connectNow, line } from "../live.js";
import { unsent } from "../outbox.js";
import { Icon } from "./icon.js";

/** A line that is back at once is not worth a word; in ms. */
const GRACE = 1200;

/** A quiet bar while there is no line: since when, and what happens to what was typed. */
export function LineBar() {
    const [now, setNow] = useState(Date.now());
    const state = line.value;
    const down = state.state === "down";
    useEffect(() => {
        if (!down) return undefined;
        setNow(Date.now());
        const timer = setInterval(() => setNow(Date.now()), 500);
        return () => clearInterval(timer);
    }, [down]);
    if (state.state !== "down" || now - state.since < GRACE) return null;
    const seconds = Math.max(0, Math.ceil((state.retryAt - now) / 1000));
    const waiting = unsent.value.filter((entry) => !entry.problem).length;
    return html`<section class="line-bar" aria-label=${t("line.label")}>
        ${h(Icon, { name: "offline" })}
        <p>
            <span role="status">${t("line.down")} ${waiting > 0 && t("line.waiting", { n: waiting })}</span>
            <span class="line-count">${seconds ? t("line.retry_in", { n: seconds }) : t("line.retrying")}</span>
        </p>
        <button type="button" class="link" onClick=${connectNow}>${t("line.now")}</button>
    </section>`;
}
