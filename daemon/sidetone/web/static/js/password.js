// @ts-check
// A new password ends every session of its user; this window gets a new one with the answer.

import { ask } from "./api.js";
import { start, stop } from "./live.js";
import { leave } from "./state.js";

/** Raises Refused. @param {string} old @param {string} fresh */
export async function changePassword(old, fresh) {
    stop(); // the old session's stream ends now, and that is no sign-out
    try {
        await ask("PUT", "/me/password", { body: { old, new: fresh }, quiet: true });
    } finally {
        start(leave);
    }
}
