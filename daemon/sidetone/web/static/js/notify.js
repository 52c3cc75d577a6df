// @ts-check
// Sound and desktop notifications of texts that come in. What this browser does is chosen in this browser.

import { conversation, unreadTotal } from "./conversations.js";
import { asset } from "./lib/base.js";
import { isQuiet } from "./lib/quiet.js";
import { read, watch, write } from "./lib/storage.js";
import { effect, signal } from "./lib/ui.js";
import { t } from "./lib/words.js";
import { on } from "./live.js";
import { go, place } from "./router.js";

/** @typedef {import("./types.js").MessageView} MessageView */
/** @typedef {{sound: boolean, desktop: boolean, quiet: import("./lib/quiet.js").Quiet}} Choices */

/** A text that is older when we hear of it is no news: it is counted, and does not ring. In ms. */
const NEWS = 60_000;
/** For so long the window that rings keeps the others of this browser silent; in ms. */
const MINE = 3000;

/** @type {import("./lib/ui.js").Signal<Choices>} */
export const choices = signal(load());

/** What is on the screen, by conversation. @type {Map<string, Notification>} */
const open = new Map();
/** @type {AudioContext | null} */
let audio = null;

/** @returns {Choices} */
function load() {
    const plain = { sound: true, desktop: false, quiet: { on: false, from: "20:00", to: "07:00" } };
    try {
        return { ...plain, ...JSON.parse(read("notify") ?? "{}") };
    } catch {
        return plain;
    }
}

/** @param {Partial<Choices>} change */
export function chooseNotify(change) {
    choices.value = { ...choices.value, ...change };
    write("notify", JSON.stringify(choices.value));
}

/** Turn desktop notifications on, as far as the browser lets us. @param {boolean} wanted */
export async function chooseDesktop(wanted) {
    if (wanted && "Notification" in globalThis && Notification.permission === "default") await Notification.requestPermission();
    chooseNotify({ desktop: wanted });
}

/** Why nothing would be seen or heard now, as far as that can be known; else "". */
function obstacle() {
    const { sound, desktop, quiet } = choices.value;
    if (!sound && !desktop) return t("notify.all_off");
    if (desktop && !("Notification" in globalThis)) return t("notify.not_here");
    if (desktop && Notification.permission !== "granted") return t("notify.refused");
    return isQuiet(quiet, new Date()) ? t("notify.quiet_now") : "";
}

/** Ring as for a text, whatever the hour; what is in the way, "" when nothing is. */
export function tryOut() {
    const { sound, desktop } = choices.value;
    if (sound) void ring();
    const shown = !desktop || show("try", t("notify.try_title"), t("notify.try_text"), "settings");
    return obstacle() || (shown ? "" : t("notify.not_here"));
}

/** @param {MessageView} message */
function hear(message) {
    const found = conversation(message.conversation_id);
    if (message.direction !== "inbound" || found?.muted || isQuiet(choices.value.quiet, new Date())) return;
    if (Date.now() - Date.parse(message.created_at) > NEWS || isLookedAt(message.conversation_id)) return;
    void alone(`sidetone-heard-${message.id}`, () => {
        if (choices.value.sound) void ring();
        if (choices.value.desktop) show(message.conversation_id, found?.title ?? message.from_number, message.body, `messages/${message.conversation_id}`);
    });
}

/** @param {string} id of a conversation */
function isLookedAt(id) {
    return document.visibilityState === "visible" && document.hasFocus() && place.peek().id === id;
}

/** Do it in one window of this browser only, where windows can agree. @param {string} name @param {() => void} act */
async function alone(name, act) {
    if (!navigator.locks) return act();
    await navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
        if (!lock) return;
        act();
        await new Promise((done) => setTimeout(done, MINE));
    });
    return undefined;
}

/** Whether it could be shown. @param {string} tag @param {string} title @param {string} body @param {string} path */
function show(tag, title, body, path) {
    if (!("Notification" in globalThis) || Notification.permission !== "granted") return false;
    try {
        const shown = new Notification(title, { body, tag, icon: asset("icons/icon-192.png"), silent: true });
        shown.onclick = () => {
            window.focus();
            go(path);
            shown.close();
        };
        open.set(tag, shown);
        return true;
    } catch {
        return false; // some phones have the word and not the thing
    }
}

/** Two soft tones, made here: no file to load. */
async function ring() {
    try {
        audio ??= new AudioContext();
        await audio.resume();
        tone(audio, 880, 0);
        tone(audio, 1174.7, 0.13);
    } catch {
        audio = null; // no sound device
    }
}

/** @param {AudioContext} context @param {number} pitch in Hz @param {number} after seconds */
function tone(context, pitch, after) {
    const start = context.currentTime + after;
    const [source, volume] = [context.createOscillator(), context.createGain()];
    source.frequency.value = pitch;
    volume.gain.setValueAtTime(0, start);
    volume.gain.linearRampToValueAtTime(0.12, start + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.001, start + 0.28);
    source.connect(volume).connect(context.destination);
    source.start(start);
    source.stop(start + 0.3);
}

/** Take what is still on the screen away. */
export function forgetNotified() {
    for (const shown of open.values()) shown.close();
    open.clear();
}

export function followNotify() {
    watch("notify", () => (choices.value = load()));
    on("message.created", hear);
    on("read.updated", ({ conversation_id: id, unread }) => {
        if (unread) return;
        open.get(id)?.close(); // read elsewhere: no news any more
        open.delete(id);
    });
    effect(() => {
        const count = unreadTotal.value;
        const done = /** @type {any} */ (navigator).setAppBadge?.(count);
        done?.catch?.(() => {});
    });
}
