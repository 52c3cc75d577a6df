// @ts-check
// How long things are kept, what goes, and what must be kept longer.

import { ask } from "./api.js";

/** @typedef {import("./types.js").RetentionView} RetentionView */
/** @typedef {import("./types.js").HoldView} HoldView */

/** @returns {Promise<RetentionView>} */
export const readRetention = () => ask("GET", "/admin/retention");

/** @param {{dry_run: boolean, clock_is_right?: boolean}} how @returns {Promise<import("./types.js").RetentionAnswer>} */
export const cleanUp = (how) => ask("POST", "/admin/retention", { body: how });

/** The newest holds, and the cursor of those before. @param {string} [before] @returns {Promise<import("./types.js").Page<HoldView>>} */
export const readHolds = (before) => ask("GET", "/admin/holds", { query: { limit: 100, before } });

/** @param {import("./types.js").NewHold} hold @param {string} key */
export const addHold = (hold, key) => ask("POST", "/admin/holds", { body: hold, key });

/** @param {string} id */
export const liftHold = (id) => ask("DELETE", `/admin/holds/${id}`);
