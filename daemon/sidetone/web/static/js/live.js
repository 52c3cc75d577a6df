// @ts-check
// The journal's events over one WebSocket. A screen names the last place it has and gets the rest.

import { API } from "./api.js";
import { isLater } from "./lib/ids.js";
import { signal } from "./lib/ui.js";

/** @typedef {import("./types.js").EventFrame} EventFrame */
/** @typedef {(data: any, seq: string) => void} Handler */
/** @typedef {{state: "off" | "connecting" | "up"} | {state: "down", since: number, retryAt: number}} Line */

const SESSION_ENDED = 4001;
const TOO_SLOW = 4008;
const LONGEST_WAIT = 15_000;
const PULSE = 10_000;

/** @type {import("./lib/ui.js").Signal<Line>} */
export const line = signal({ state: "off" });

/** @type {Map<string, Handler[]>} */
const handlers = new Map();
/** @type {WebSocket | null} */
let socket = null;
/** The last place of the journal that this page has; null before the first hello. @type {string | null} */
let have = null;
let failures = 0;
let timer = 0;
let pulse = 0;
/** @type {() => void} */
let sessionEnded = () => {};

/** Hear every event of a type; `resync` means: read everything anew. @param {string} type @param {Handler} act */
export function on(type, act) {
    handlers.set(type, [...(handlers.get(type) ?? []), act]);
}

/** Connect and stay connected. @param {() => void} whenSessionEnds */
export function start(whenSessionEnds) {
    sessionEnded = whenSessionEnds;
    stop();
    have = null;
    failures = 0;
    addEventListener("online", connectNow);
    addEventListener("offline", cut);
    document.addEventListener("visibilitychange", seen);
    watchForSleep();
    connect();
}

export function stop() {
    clearTimeout(timer);
    clearInterval(pulse);
    removeEventListener("online", connectNow);
    removeEventListener("offline", cut);
    document.removeEventListener("visibilitychange", seen);
    drop();
    line.value = { state: "off" };
}

/** Resolves at the first hello, or after `patience` ms: a page shows what it can without a line. @param {number} patience */
export function settled(patience) {
    return new Promise((resolve) => {
        const giveUp = setTimeout(done, patience);
        const stopWatching = line.subscribe((now) => now.state === "up" && done());
        function done() {
            clearTimeout(giveUp);
            queueMicrotask(() => stopWatching());
            resolve(undefined);
        }
    });
}

/** Without a line, the place of the first answer read is where events must resume. @param {string} seq */
export function noteRead(seq) {
    have ??= seq;
}

export function connectNow() {
    if (line.value.state === "down") connect();
}

function connect() {
    clearTimeout(timer);
    drop();
    if (line.value.state !== "down") line.value = { state: "connecting" };
    const address = new URL(API + "/events", location.href);
    address.protocol = address.protocol.replace("http", "ws");
    if (have) address.searchParams.set("since", have);
    const opened = (socket = new WebSocket(address));
    opened.onmessage = (event) => opened === socket && hear(JSON.parse(event.data));
    opened.onclose = (event) => opened === socket && closed(event.code);
}

/** @param {EventFrame} frame */
function hear(frame) {
    if (frame.type === "hello") {
        have = frame.seq; // where this stream goes on from
        failures = 0;
        line.value = { state: "up" };
        return;
    }
    if (frame.seq && have && !isLater(frame.seq, have)) return;
    if (frame.seq) have = frame.seq;
    for (const act of handlers.get(frame.type) ?? []) act(frame.data, frame.seq ?? "");
}

/** @param {number} code */
function closed(code) {
    socket = null;
    if (code === SESSION_ENDED) {
        stop();
        sessionEnded();
        return;
    }
    const wait = code === TOO_SLOW ? 0 : Math.min(LONGEST_WAIT, 500 * 2 ** failures) * (0.75 + Math.random() / 2);
    failures += 1;
    const since = line.value.state === "down" ? line.value.since : Date.now();
    line.value = { state: "down", since, retryAt: Date.now() + wait };
    timer = setTimeout(connect, wait);
}

function cut() {
    if (!socket) return;
    drop();
    closed(0);
}

function drop() {
    const old = socket;
    socket = null;
    old?.close();
}

function seen() {
    if (document.visibilityState === "visible") connectNow();
}

/** A machine that slept holds a dead socket without knowing: its timers stood still. */
function watchForSleep() {
    let last = Date.now();
    clearInterval(pulse);
    pulse = setInterval(() => {
        const slept = Date.now() - last > 4 * PULSE && document.visibilityState === "visible";
        last = Date.now();
        if (slept) cut();
    }, PULSE);
}
