import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

/** The daemon's end of the line. */
class Wire {
    /** @type {Wire[]} */
    static opened = [];

    constructor(address) {
        this.since = new URL(address).searchParams.get("since");
        this.isOpen = true;
        Wire.opened.push(this);
    }

    says(frame) {
        this.onmessage({ data: JSON.stringify(frame) });
    }

    breaks(code = 1006) {
        this.isOpen = false;
        this.onclose({ code });
    }

    close() {
        this.isOpen = false;
    }
}

globalThis.WebSocket = Wire;
globalThis.location = { href: "http://sidetone.test/messages" };
globalThis.document = { addEventListener() {}, removeEventListener() {}, visibilityState: "visible" };
globalThis.addEventListener = (name, act) => void (globalThis[`on${name}`] = act);
globalThis.removeEventListener = () => {};

const { line, on, settled, start, stop } = await import("../../../daemon/sidetone/web/static/js/live.js");

const heard = [];
on("message.created", ({ id }) => heard.push(id));
on("resync", () => heard.push("resync"));
const created = (seq, id) => ({ seq, type: "message.created", data: { id } });
let ended = 0;

beforeEach(() => {
    mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] });
    Wire.opened = [];
    heard.length = 0;
    ended = 0;
    start(() => (ended += 1));
});
afterEach(() => {
    stop();
    mock.timers.reset();
});

const newest = () => Wire.opened.at(-1);
const wait = (ms) => mock.timers.tick(ms);

test("it begins without a place, and goes on from the last one it has", () => {
    assert.equal(newest().since, null);
    newest().says({ type: "hello", seq: "a:7" });
    assert.equal(line.value.state, "up");
    newest().says(created("a:8", "1"));
    newest().breaks();
    assert.equal(line.value.state, "down");
    wait(1000);
    assert.equal(newest().since, "a:8");
    newest().says({ type: "hello", seq: "a:8" });
    newest().says(created("a:9", "2"));
    assert.deepEqual(heard, ["1", "2"]);
});

test("what was heard already is not heard again", () => {
    newest().says({ type: "hello", seq: "a:7" });
    for (const seq of ["a:8", "a:8", "a:7"]) newest().says(created(seq, "1"));
    assert.deepEqual(heard, ["1"]);
});

test("a journal that cannot tell what was missed is read anew, and gone on from where it stands", () => {
    newest().says({ type: "hello", seq: "a:900" });
    newest().breaks();
    wait(1000);
    newest().says({ type: "hello", seq: "b:3" });
    newest().says({ seq: null, type: "resync", data: {} });
    newest().says(created("b:4", "1"));
    assert.deepEqual(heard, ["resync", "1"]);
});

test("it tries again ever more slowly, at least every quarter of a minute or so", () => {
    for (let tries = 0; tries < 12; tries += 1) {
        newest().breaks();
        assert.ok(line.value.retryAt - Date.now() <= 15_000 * 1.25);
        wait(20_000);
    }
    assert.equal(Wire.opened.length, 13);
});

test("a network that is back is tried at once", () => {
    newest().says({ type: "hello", seq: "a:7" });
    globalThis.onoffline();
    assert.equal(line.value.state, "down");
    globalThis.ononline();
    assert.equal(Wire.opened.length, 2);
    assert.equal(newest().since, "a:7");
});

test("a session that ended is not knocked at again; one that was too slow is, at once", () => {
    newest().says({ type: "hello", seq: "a:7" });
    newest().breaks(4008);
    wait(1);
    assert.equal(Wire.opened.length, 2);
    newest().breaks(4001);
    wait(60_000);
    assert.equal(Wire.opened.length, 2);
    assert.equal(ended, 1);
});

test("the first reading waits for the line, but not for ever", async () => {
    let ready = 0;
    const first = settled(1500).then(() => (ready += 1));
    newest().says({ type: "hello", seq: "a:7" });
    await first;
    assert.equal(ready, 1);
    stop();
    start(() => {});
    const second = settled(1500).then(() => (ready += 1));
    wait(1500);
    await second;
    assert.equal(ready, 2);
});
