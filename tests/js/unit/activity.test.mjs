import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Server } from "./server.mjs";

const kept = new Map();
globalThis.localStorage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, text) => kept.set(key, text), removeItem: (key) => kept.delete(key) };

const JS = "../../../daemon/sidetone/web/static/js/";
const { NEWEST_FIRST, NO_FILTER, activityPages } = await import(`${JS}activity.js`);
const { widthsOf } = await import(`${JS}parts/columns.js`);
const { answerFor, leavePlace, placeIn, takePlace } = await import(`${JS}thread-place.js`);

const row = (id, unread = 0) => ({ conversation_id: id, unread });
const page = (...items) => ({ items, next: null, seq: "a:1", unread: 0 });
const how = { sort: NEWEST_FIRST, after: undefined, limit: 50 };

/** @type {Server} */
let server;
beforeEach(() => {
    server = new Server();
    kept.clear();
});

test("what is new stands before the rest, once, on the first page", async () => {
    const reading = activityPages(NO_FILTER)(how);
    await server.says(page(row("9"), row("8", 2), row("7")));
    const asked = await server.says(page(row("8", 2), row("1", 1)));
    assert.equal(asked.query.get("unread"), "true");
    assert.deepEqual((await reading).items.map((each) => each.conversation_id), ["8", "1", "9", "7"]);
});

test("in another order, on further pages and of what is new alone, rows come as they are", async () => {
    for (const [filter, more] of [[NO_FILTER, { sort: "name" }], [NO_FILTER, { after: "5" }], [{ ...NO_FILTER, unread: "true" }, {}]]) {
        const reading = activityPages(filter)({ ...how, ...more });
        await server.says(page(row("9"), row("8", 2)));
        assert.deepEqual((await reading).items.map((each) => each.conversation_id), ["9", "8"]);
        assert.equal(server.asked.length, 0);
    }
});

test("widths stay within bounds, are kept, and can be reset; spoilt ones count as none", () => {
    const widths = widthsOf("test");
    widths.set("name", 5000);
    widths.set("time", 3);
    assert.deepEqual(widthsOf("test").widths.value, { name: 800, time: 64 });
    widths.reset();
    assert.equal(kept.size, 0);
    for (const spoilt of ["{", "null", '{"name": "wide", "time": 1e9}']) {
        kept.set("sidetone.widths.test", spoilt);
        assert.deepEqual(widthsOf("test").widths.value, {});
    }
});

test("where somebody was is taken over once, while it is fresh and makes sense", (context) => {
    context.mock.timers.enable({ apis: ["Date"] });
    leavePlace("1", { id: "77", offset: -12.5 });
    assert.deepEqual([takePlace("1"), takePlace("1"), takePlace("2")], [{ id: "77", offset: -12.5 }, null, null]);
    for (const wrong of [null, { id: "x", offset: 1 }, { id: "77" }, "77"]) {
        leavePlace("1", wrong);
        assert.equal(takePlace("1"), null);
    }
    leavePlace("1", { id: "77", offset: 0 });
    context.mock.timers.tick(30_000);
    assert.equal(takePlace("1"), null);
});

test("only the thread that is open answers for its place", () => {
    const stop = answerFor("1", () => ({ id: "5", offset: 0 }));
    assert.deepEqual([placeIn("1"), placeIn("2")], [{ id: "5", offset: 0 }, null]);
    answerFor("2", () => null);
    stop();
    assert.equal(placeIn("1"), null);
});
