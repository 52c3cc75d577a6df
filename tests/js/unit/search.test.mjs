import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { Server, conversation, message } from "./server.mjs";

const JS = "../../../daemon/sidetone/web/static/js/";
const { NOTHING, Search, forgetFound } = await import(`${JS}search.js`);

const hit = (id) => ({ message: message(id), title: "Grace", snippet: [] });
const found = (ids, next = null, more = {}) => ({ items: ids.map(hit), contacts: [], next, complete: true, behind: 0, ...more });
const ids = (search) => search.messages.value.map((each) => Number(each.message.id));

/** @type {Server} */
let server;
beforeEach(() => {
    server = new Server();
    mock.timers.enable({ apis: ["setTimeout"] });
});
afterEach(() => mock.timers.reset());

/** What is asked for conversations and for messages, in this order. */
async function both() {
    mock.timers.tick(200);
    const asked = [await server.next(), await server.next()];
    return asked.sort((a, b) => a.path.localeCompare(b.path));
}

/** A search whose first page is there. */
async function lookedFor(words, page) {
    const search = new Search();
    search.look({ ...NOTHING, q: words });
    const [talks, texts] = await both();
    await talks.answer(200, { items: [conversation(7)], next: null, seq: "a:1" });
    await texts.answer(200, page);
    return search;
}

test("nothing is asked for until nobody types any more, and then once", async () => {
    const search = new Search();
    for (const words of ["p", "pa", "par"]) {
        search.look({ ...NOTHING, q: words });
        mock.timers.tick(199);
    }
    assert.equal(server.asked.length, 0);
    mock.timers.tick(1);
    assert.deepEqual([server.asked.length, search.state.value], [2, "looking"]);
    for (const each of server.asked) assert.equal(each.query.get("q"), "par");
});

test("the answer to words that were typed over is dropped", async () => {
    const search = new Search();
    search.look({ ...NOTHING, q: "par" });
    const [, texts] = await both();
    search.look({ ...NOTHING, q: "parcel" });
    await texts.answer(200, found([1]));
    const [talks, later] = await both();
    await talks.answer(200, { items: [], next: null, seq: "a:1" });
    await later.answer(200, found([2]));
    assert.deepEqual([ids(search), search.state.value], [[2], "ready"]);
});

test("people and messages are found, and older messages page by page", async () => {
    const search = await lookedFor("parcel", found([9, 8], "8"));
    assert.deepEqual([search.conversations.value, ids(search), search.hasMore.value], [["7"], [9, 8], true]);
    void search.more();
    void search.more();
    const asked = await server.says(found([5]));
    assert.equal(asked.query.get("before"), "8");
    assert.deepEqual([ids(search), search.hasMore.value, server.asked.length], [[9, 8, 5], false, 0]);
});

test("an answer that ran out of time before it found anything goes on by itself", async () => {
    const search = await lookedFor("parcel", found([], "800", { complete: false }));
    await server.says(found([], "500", { complete: false }));
    const asked = await server.says(found([3]));
    assert.equal(asked.query.get("before"), "500");
    assert.deepEqual([ids(search), search.readingMore.value], [[3], false]);
});

test("what narrows the messages leaves people out and goes along to further pages", async () => {
    const search = new Search();
    search.look({ ...NOTHING, q: "parcel", direction: "inbound", conversation: "7", from: "2026-11-02", to: "2026-11-02" });
    mock.timers.tick(200);
    const asked = await server.says(found([4], "4"));
    const { query } = asked;
    assert.deepEqual([asked.path, query.get("direction"), query.get("conversation"), query.has("status")], ["/search", "inbound", "7", false]);
    assert.equal(Date.parse(query.get("to")) - Date.parse(query.get("from")), 24 * 60 * 60_000);
    void search.more();
    assert.equal((await server.next()).query.get("direction"), "inbound");
});

test("a search that failed says so and can be tried again; a further page too", async () => {
    const search = new Search();
    search.look({ ...NOTHING, q: "parcel" });
    for (const each of await both()) await each.fail();
    assert.equal(search.state.value, "failed");
    search.again();
    mock.timers.tick(0);
    await server.says({ items: [], next: null, seq: "a:1" });
    await server.says(found([4], "4"));
    assert.deepEqual([search.state.value, search.fault.value], ["ready", null]);
    void search.more();
    await (await server.next()).fail();
    assert.notEqual(search.fault.value, null);
    search.again();
    await server.says(found([2]));
    assert.deepEqual([ids(search), search.fault.value], [[4, 2], null]);
});

test("what was too new to be found is looked for again in a moment, but not behind the back of who reads on", async () => {
    const search = await lookedFor("parcel", found([8], "8", { behind: 2 }));
    assert.equal(search.behind.value, 2);
    mock.timers.tick(1500);
    await server.says({ items: [], next: null, seq: "a:1" });
    await server.says(found([9, 8], "8", { behind: 1 }));
    assert.deepEqual([ids(search), search.behind.value], [[9, 8], 1]);
    void search.more();
    await server.says(found([3]));
    mock.timers.tick(1500);
    assert.deepEqual([ids(search), server.asked.length], [[9, 8, 3], 0]);
});

test("without words nothing is found and nothing asked", async () => {
    const search = await lookedFor("parcel", found([9]));
    search.look({ ...NOTHING, q: " " });
    assert.deepEqual([ids(search), search.conversations.value, search.state.value], [[], [], "idle"]);
    assert.equal(server.asked.length, 0);
});

test("nothing that was found is left for whoever sits here next", async () => {
    const search = await lookedFor("par", found([2]));
    const looking = new Search();
    looking.look({ ...NOTHING, q: "invoice" });
    forgetFound();
    mock.timers.tick(1000);
    assert.equal(server.asked.length, 0);
    for (const each of [search, looking]) assert.deepEqual([ids(each), each.conversations.value, each.asked.value, each.state.value], [[], [], NOTHING, "idle"]);
});
