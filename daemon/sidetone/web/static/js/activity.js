// @ts-check
// The activity list: what happened last with whom, by which number; and how its table looks in this browser.

import { sorted } from "./admin.js";
import { dayToMoment } from "./audit.js";
import { read, watch, write } from "./lib/storage.js";
import { signal } from "./lib/ui.js";
import { on } from "./live.js";

/** @typedef {import("./types.js").ActivityRow} ActivityRow */
/** @typedef {import("./types.js").ActivityView} ActivityView */
/** @typedef {typeof NO_FILTER} ActivityFilter */
/** @typedef {import("./table.js").Asked} Asked */

export const NO_FILTER = { q: "", unread: "", direction: "", number: "", from: "", to: "" };
export const NEWEST_FIRST = "-time";

/** Changes that come together are read together; in ms. */
const CALM = 400;
/** So many conversations with something new are shown under their heading; at least a page. */
const MOST_NEW = 100;

/** Goes up when something has happened, so that the list reads itself anew. */
export const activityVersion = signal(0);
/** Lines between the cells of the list. */
export const gridlines = signal(read("gridlines") === "on");

export function turnGridlines() {
    gridlines.value = !gridlines.value;
    write("gridlines", gridlines.value ? "on" : null);
}

/**
 * The pages of the list. What is new stands on the first page, before the rest, as long as the newest come first.
 *
 * @param {ActivityFilter} filter
 * @returns {(asked: Asked) => Promise<ActivityView>}
 */
export function activityPages({ from, to, ...filter }) {
    const asked = { ...filter, from: dayToMoment(from, 0) ?? "", to: dayToMoment(to, 1) ?? "" };
    const [all, fresh] = [sorted("/activity", asked), sorted("/activity", { ...asked, unread: "true" })];
    return async (how) => {
        if (filter.unread || how.sort !== NEWEST_FIRST || how.after) return all(how);
        const [page, unread] = await Promise.all([all(how), fresh({ ...how, limit: MOST_NEW })]);
        const rest = page.items.filter((/** @type {ActivityRow} */ row) => !row.unread); // the others are among the newest unread ones
        return { ...page, items: [...unread.items, ...rest] };
    };
}

let timer = 0;

function happened() {
    timer ||= setTimeout(() => {
        timer = 0;
        activityVersion.value += 1;
    }, CALM);
}

export function followActivity() {
    watch("gridlines", () => (gridlines.value = read("gridlines") === "on"));
    for (const type of ["message.created", "message.updated", "read.updated", "conversation.created", "conversation.updated", "conversation.removed", "contact.updated", "resync"]) on(type, happened);
}
