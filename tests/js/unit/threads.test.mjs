import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Server, message } from "./server.mjs";

const JS = "../../../daemon/sidetone/web/static/js/";
const { line } = await import(`${JS}live.js`);
const { Thread } = await import(`${JS}thread-pages.js`);
const { clearThreads, followThreads, refreshThreads, retry, takeMessage, thread: keptThread } = await import(`${JS}threads.js`);
followThreads();

const page = (ids, next = null) => ({ items: ids.map((id) => message(id)), next, seq: "a:1" });
const ids = (thread) => thread.blocks.value.flatMap((block) => block.items.value.map((each) => Number(each.id)));
const range = (from, to) => Array.from({ length: to - from }, (_, at) => from + at);

/** @type {Server} */
let server;
beforeEach(() => {
    server = new Server();
    clearThreads();
});

test("what events bring while the page is being read is there, in order, once", async () => {
    const thread = new Thread("1");
    const reading = thread.read();
    thread.take(message(12));
    thread.take(message(10));
    await server.says(page([9, 10, 11]));
    await reading;
    assert.deepEqual(ids(thread), [9, 10, 11, 12]);
});

test("a late page does not undo a newer status, and an old event does not either", async () => {
    const old = message(5, { status: "sending" });
    const newer = message(5, { status: "delivered" });
    const thread = new Thread("1");
    const reading = thread.read();
    thread.take(newer);
    await server.says({ items: [old], next: null, seq: "a:1" });
    await reading;
    thread.take(old);
    assert.equal(thread.blocks.value[0].items.value[0].status, "delivered");
});

test("older pages come before, without gaps or repeats, and each is asked for once", async () => {
    const thread = new Thread("1");
    const reading = thread.read();
    await server.says(page(range(100, 150), "100"));
    await reading;
    const older = thread.readOlder();
    void thread.readOlder();
    const asked = await server.says(page(range(50, 100), "50"));
    await older;
    assert.equal(asked.query.get("before"), "100");
    assert.equal(server.asked.length, 0);
    assert.deepEqual(ids(thread), range(50, 150));
    assert.equal(thread.hasOlder.value, true);
});

test("a message of a page that is not read yet opens no gap", async () => {
    const thread = new Thread("1");
    const reading = thread.read();
    await server.says(page([100, 101], "100"));
    await reading;
    thread.take(message(7));
    assert.deepEqual(ids(thread), [100, 101]);
});

test("reading all anew keeps what came meanwhile and drops an older page that no longer fits", async () => {
    const thread = new Thread("1");
    const reading = thread.read();
    await server.says(page([100, 101], "100"));
    await reading;
    const older = thread.readOlder();
    const olderAsked = await server.next();
    const again = thread.read();
    thread.take(message(203));
    await server.says(page([200, 201, 202], "200"));
    await again;
    await olderAsked.answer(200, page([98, 99], "98"));
    await older;
    assert.deepEqual(ids(thread), [200, 201, 202, 203]);
});

test("new messages fill a block and then begin another", async () => {
    const thread = new Thread("1");
    const reading = thread.read();
    await server.says(page(range(1, 51)));
    await reading;
    for (const id of range(51, 200)) thread.take(message(id));
    assert.deepEqual(ids(thread), range(1, 200));
    assert.ok(thread.blocks.value.length > 1);
    assert.ok(thread.blocks.value.every((block) => block.items.value.length <= 80));
});

test("a thread that could not be read says so and can be read again", async () => {
    const thread = new Thread("1");
    const reading = thread.read();
    await (await server.next()).fail();
    await reading;
    assert.equal(thread.state.value, "failed");
    const again = thread.read();
    await server.says(page([1]));
    await again;
    assert.equal(thread.state.value, "ready");
});

test("a message that comes while the page cannot be read hides neither the fault nor what came before", async () => {
    const thread = keptThread("1");
    const asked = await server.next();
    takeMessage(message(9));
    await asked.fail();
    assert.deepEqual([thread.state.value, ids(thread)], ["failed", []]);
    line.value = { state: "up" };
    await server.says(page([7, 8]));
    line.value = { state: "off" };
    assert.deepEqual([thread.state.value, ids(thread), thread.fault.value], ["ready", [7, 8, 9], null]);
    assert.equal(server.asked.length, 0);
});

test("two clicks on the same failure are one request to the daemon's mind", async () => {
    const failed = message(3, { direction: "outbound", status: "failed", round: 2 });
    void retry(failed);
    void retry(failed);
    const [first, second] = [await server.next(), await server.next()];
    assert.equal(first.key, "retry-3-2");
    assert.equal(second.key, first.key);
});
