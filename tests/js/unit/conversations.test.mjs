import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Server, conversation, message } from "./server.mjs";

const JS = "../../../daemon/sidetone/web/static/js/";
const { clear, conversation: known, inOrder, listed, markRead, noteContact, noteMessage, readList, readMore, readStart, tellReads, unreadTotal } = await import(`${JS}conversations.js`);

/** @type {Server} */
let server;
beforeEach(async () => {
    server = new Server();
    clear();
    const reading = readMore();
    await server.says({ items: [conversation(11), conversation(10)], next: null, seq: "a:10" });
    await reading;
});

const titles = () => listed.value.map((each) => each.id);

test("a new message moves its conversation to the top and counts once, however often it is told", () => {
    const heard = message(5000, { conversation_id: "10" });
    noteMessage(heard);
    noteMessage(heard);
    assert.deepEqual(titles(), ["10", "11"]);
    assert.equal(known("10").unread, 1);
    assert.equal(unreadTotal.value, 1);
});

test("a page that was read before the last event does not take back what the event said", async () => {
    const reading = readList({ unread: true });
    const asked = await server.next();
    noteMessage(message(5000, { conversation_id: "10" }), "a:11");
    noteMessage(message(5001, { conversation_id: "10" }), "a:12");
    const old = conversation(10, { unread: 1, last_message: message(5000, { conversation_id: "10" }) });
    await asked.answer(200, { items: [old], next: null, seq: "a:11" });
    await reading;
    assert.equal(known("10").unread, 2);
    assert.equal(known("10").last_message.id, "5001");
});

test("messages that come while an unknown conversation is asked for are counted", async () => {
    for (const id of [9000, 9001]) noteMessage(message(id, { conversation_id: "79" }));
    await server.says(conversation(79, { unread: 1, last_message: message(9000, { conversation_id: "79" }) }));
    await server.says(conversation(79, { unread: 2, last_message: message(9001, { conversation_id: "79" }) }));
    assert.equal(known("79").unread, 2);
});

test("what was read without a line is told when it is back", async () => {
    noteMessage(message(5000, { conversation_id: "10" }));
    const marking = markRead("10", "5000");
    assert.equal(known("10").unread, 0);
    await (await server.next()).fail();
    await marking;
    tellReads();
    const asked = await server.says({});
    assert.deepEqual([asked.method, asked.path, asked.body], ["PUT", "/conversations/10/read", { up_to: "5000" }]);
    tellReads();
    assert.equal(server.asked.length, 0);
});

test("what we send ourselves is not unread", () => {
    noteMessage(message(5000, { conversation_id: "10", direction: "outbound", status: "queued" }));
    assert.equal(known("10").unread, 0);
});

test("an older message changes neither order nor last line", () => {
    noteMessage(message(1, { conversation_id: "10" }));
    assert.deepEqual(titles(), ["11", "10"]);
    assert.equal(known("10").last_message.id, "1000");
});

test("a conversation that is not known is asked for", async () => {
    noteMessage(message(9000, { conversation_id: "77" }));
    const asked = await server.says(conversation(77, { unread: 1 }));
    assert.equal(asked.path, "/conversations/77");
    assert.deepEqual(titles()[0], "77");
});

test("one without a message is known but not listed", async () => {
    noteMessage(message(9000, { conversation_id: "78" }));
    await server.says(conversation(78, { last_message: null }));
    assert.ok(known("78"));
    assert.ok(!titles().includes("78"));
});

test("titles follow contacts: made, renamed, without the number, removed", () => {
    const number = { number: "+447700900110", display: "", type: "mobile" };
    const party = known("10").party;
    noteContact({ id: "5", name: "Grace", source: "personal", numbers: [{ ...number, number: party.value }] });
    assert.equal(known("10").title, "Grace");
    noteContact({ id: "5", name: "Grace A.", source: "personal", numbers: [{ ...number, number: party.value }] });
    assert.equal(known("10").title, "Grace A.");
    noteContact({ id: "5", name: "Grace A.", source: "personal", numbers: [{ ...number, number: "+441" }] });
    assert.equal(known("10").title, party.display);
    noteContact({ id: "6", name: "Tom", source: "personal", numbers: [{ ...number, number: party.value }] });
    noteContact({ id: "6", removed: true });
    assert.equal(known("10").title, party.display);
});

test("who waits for an answer and the favourites are known whole, and the list has no gap", async () => {
    clear();
    const starting = readStart();
    await server.says({ items: [conversation(11), conversation(10)], next: "1000", seq: "a:10" });
    const asked = [await server.next(), await server.next()].sort((a, b) => (a.query.has("unread") ? -1 : 1));
    await asked[1].answer(200, { items: [conversation(2, { favourite: true })], next: null, seq: "a:10" });
    await asked[0].answer(200, { items: [conversation(11, { unread: 1 }), conversation(5, { unread: 2 })], next: "500", seq: "a:10" });
    const more = await server.says({ items: [conversation(4, { unread: 3 })], next: null, seq: "a:10" });
    assert.deepEqual([more.query.get("unread"), more.query.get("before")], ["true", "500"]);
    await starting;
    assert.equal(unreadTotal.value, 6);
    assert.deepEqual(titles(), ["11", "10", "5", "4", "2"]);
    const inView = () => inOrder.value.map((each) => each.id);
    assert.deepEqual(inView(), ["11", "10"]);
    const reading = readMore();
    await server.says({ items: [conversation(7), conversation(5, { unread: 2 })], next: "500", seq: "a:10" });
    await reading;
    assert.deepEqual(inView(), ["11", "10", "7", "5"]);
});
