import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Server, message } from "./server.mjs";

const JS = "../../../daemon/sidetone/web/static/js/";
const { line } = await import(`${JS}live.js`);
const { clearThreads, followThreads, refreshThreads, takeMessage, thread } = await import(`${JS}threads.js`);
followThreads();

const range = (from, to) => Array.from({ length: to - from }, (_, at) => from + at);
const page = (ids, next = null) => ({ items: ids.map((id) => message(id)), next, seq: "a:1" });
const ids = (found) => found.blocks.value.flatMap((block) => block.items.value.map((each) => Number(each.id)));

/** @type {Server} */
let server;
beforeEach(() => {
    server = new Server();
    clearThreads();
});

/** A thread that was opened at message 100 of 1 to 199. */
async function openedAt100() {
    const found = thread("1", { id: "100" });
    const asked = await server.says(page(range(76, 126), "76"));
    assert.equal(asked.query.get("around"), "100");
    return found;
}

test("a message is shown in its place, and both ways lead on without gaps or repeats to the newest", async () => {
    const found = await openedAt100();
    assert.deepEqual([found.shown.value.id, found.hasOlder.value, found.hasNewer.value], ["100", true, true]);
    void found.readNewer();
    void found.readNewer();
    const newer = await server.says(page(range(126, 176), "175"));
    void found.readOlder();
    const older = await server.says(page(range(26, 76), "26"));
    void found.readNewer();
    await server.says(page(range(176, 200)));
    assert.deepEqual([newer.query.get("after"), older.query.get("before")], ["125", "76"]);
    assert.deepEqual(ids(found), range(26, 200));
    assert.deepEqual([found.hasNewer.value, server.asked.length], [false, 0]);
    takeMessage(message(200));
    assert.equal(ids(found).at(-1), 200);
});

test("what comes in while somebody reads further back waits for its page", async () => {
    const found = await openedAt100();
    takeMessage(message(200));
    takeMessage(message(110, { status: "read" }));
    assert.deepEqual(ids(found), range(76, 126));
    assert.equal(found.blocks.value[0].items.value[34].status, "read");
});

test("what comes in while the last page is under way is there, once, though the page does not have it", async () => {
    const found = await openedAt100();
    void found.readNewer();
    const asked = await server.next();
    takeMessage(message(199, { status: "delivered" }));
    takeMessage(message(200));
    const late = page(range(126, 200));
    late.items = late.items.map((each) => ({ ...each, updated_at: "2020-01-01T00:00:00.000Z" }));
    await asked.answer(200, late);
    assert.deepEqual(ids(found), range(76, 201));
    assert.equal(found.blocks.value.at(-1).items.value.at(-2).status, "delivered");
});

test("a page that ends near the newest knows that nothing is behind it", async () => {
    const found = thread("1", { id: "195" });
    await server.says(page(range(150, 200), "150"));
    assert.equal(found.hasNewer.value, false);
});

test("a message that is here already is shown at once; another is read", async () => {
    const found = await openedAt100();
    await found.show({ id: "80" });
    assert.deepEqual([found.shown.value.id, server.asked.length], ["80", 0]);
    void found.show({ id: "5" });
    await server.says(page(range(1, 50)));
    assert.deepEqual([found.shown.value.id, ids(found)[0]], ["5", 1]);
});

test("of two jumps the later one counts, whichever answer comes first", async () => {
    const found = thread("1");
    const newest = await server.next();
    void found.show({ id: "100" });
    const around = await server.next();
    await around.answer(200, page(range(76, 126), "76"));
    await newest.answer(200, page(range(150, 200), "150"));
    assert.deepEqual(ids(found), range(76, 126));
    void found.read();
    await server.says(page(range(150, 200), "150"));
    assert.deepEqual([ids(found), found.hasNewer.value, found.shown.value], [range(150, 200), false, null]);
});

test("newer messages that could not be read are asked for again when the line is back", async () => {
    const found = await openedAt100();
    void found.readNewer();
    await (await server.next()).fail();
    assert.notEqual(found.newerFault.value, null);
    line.value = { state: "up" };
    await server.says(page(range(126, 200)));
    line.value = { state: "off" };
    assert.deepEqual([found.newerFault.value, ids(found)], [null, range(76, 200)]);
});

test("reading all anew stays where somebody went", async () => {
    const found = await openedAt100();
    refreshThreads();
    const asked = await server.says(page(range(76, 126), "76"));
    assert.equal(asked.query.get("around"), "100");
    assert.equal(found.hasNewer.value, true);
});
