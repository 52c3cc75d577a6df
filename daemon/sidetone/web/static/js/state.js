// @ts-check
// Who sits here and what they chose.

import { ask, LineDown, Refused } from "./api.js";
import { batch, computed, signal } from "./lib/ui.js";
import { read, watch, write } from "./lib/storage.js";
import { speak } from "./lib/words.js";

/** @typedef {import("./types.js").Me} Me */
/** @typedef {import("./types.js").Settings} Settings */
/** @typedef {"starting" | "unreachable" | "out" | "in"} Phase */

/** @type {import("./lib/ui.js").Signal<Phase>} */
export const phase = signal("starting");

/** @type {import("./lib/ui.js").Signal<Me | null>} */
export const me = signal(null);

/** Whose drafts and unsent messages this browser shows; "" while nobody is signed in. */
export const userId = computed(() => me.value?.user.id ?? "");

/** Single letters as commands: a person who dictates or holds keys must be able to turn them off (WCAG 2.1.4). */
export const letterKeys = signal(read("letter-keys") !== "off");

/** @param {boolean} on */
export function chooseLetterKeys(on) {
    letterKeys.value = on;
    write("letter-keys", on ? null : "off");
}

/** @param {string} right */
export function may(right) {
    return me.value?.rights.includes(right) ?? false;
}

export const isAdmin = computed(() => me.value?.user.role === "admin");

/** Whether somebody signed in with this browser and has not signed out since. */
export function mayBeSignedIn() {
    return read("signed-in") !== null;
}

/** Find out whether somebody is signed in already; a browser that nobody signed in with need not ask. */
export async function resume() {
    if (!mayBeSignedIn()) {
        phase.value = "out";
        return;
    }
    if (phase.peek() !== "unreachable") phase.value = "starting";
    try {
        await enter();
    } catch (fault) {
        if (fault instanceof Refused && fault.said.status === 401) leave();
        else phase.value = "unreachable";
    }
}

/** @param {string} username @param {string} password */
export async function signIn(username, password) {
    await ask("POST", "/session", { body: { username, password }, quiet: true });
    write("signed-in", "yes");
    await enter();
}

/** Make the first admin by the one-time link. @param {string} secret @param {string} username @param {string} password */
export async function setUp(secret, username, password) {
    await ask("POST", "/setup", { body: { secret, username, password }, quiet: true });
    write("signed-in", "yes");
    await enter();
}

/** @param {() => void} forget what this person leaves in the browser, once the daemon has let them go */
export async function signOut(forget) {
    try {
        await ask("DELETE", "/session", { quiet: true });
    } catch (fault) {
        if (fault instanceof LineDown) throw fault;
    }
    forget();
    leave();
}

/** Show the sign-in page; what this person typed stays in the browser until they sign out themselves. */
export function leave() {
    write("signed-in", null);
    batch(() => {
        me.value = null;
        phase.value = "out";
    });
}

async function enter() {
    const found = /** @type {Me} */ (await ask("GET", "/me", { quiet: true }));
    apply(found.settings);
    await speak(found.settings.language);
    batch(() => {
        me.value = found;
        phase.value = "in";
    });
}

/** Learn again who we are: numbers, rights and settings may have changed. */
export async function refreshMe() {
    const asked = choosing;
    const found = /** @type {Me} */ (await ask("GET", "/me"));
    if (asked === choosing && phase.peek() === "in") take(found);
}

/** @param {Me} found */
function take(found) {
    me.value = found;
    apply(found.settings);
    void speak(found.settings.language);
}

/** Counts the choices: an answer from before the last one no longer says how things are. */
let choosing = 0;

/** @param {Partial<Settings>} change */
export async function choose(change) {
    const before = me.value;
    if (!before) return;
    const mine = (choosing += 1);
    show({ ...before.settings, ...change });
    try {
        const found = await ask("PATCH", "/me", { body: { settings: change } });
        if (mine === choosing) me.value = found;
        write("chosen", crypto.randomUUID()); // other windows of this browser learn of it
    } catch (fault) {
        if (mine === choosing) show(before.settings);
        else void refreshMe().catch(() => {});
        throw fault;
    }
}

/** Follow what is chosen in other windows of this browser. */
export function followChoices() {
    watch("chosen", () => void (phase.peek() === "in" && refreshMe().catch(() => {})));
    watch("letter-keys", () => (letterKeys.value = read("letter-keys") !== "off"));
}

/** @param {Settings} settings */
function show(settings) {
    if (me.value) me.value = { ...me.value, settings };
    apply(settings);
    void speak(settings.language);
}

/** @param {Pick<Settings, "theme">} settings */
function apply(settings) {
    document.documentElement.dataset.theme = settings.theme;
    write("theme", settings.theme);
}

/** Before anything is known of the person: the looks they had here last. */
export function applyLastLooks() {
    const theme = read("theme");
    document.documentElement.dataset.theme = theme === "light" || theme === "dark" ? theme : "system";
}
