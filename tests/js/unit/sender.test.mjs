import assert from "node:assert/strict";
import { test } from "node:test";

import { Server, conversation, message } from "./server.mjs";

globalThis.addEventListener ??= () => {};
globalThis.removeEventListener ??= () => {};

const JS = "../../../daemon/sidetone/web/static/js/";
const { drafts, keepDraft } = await import(`${JS}drafts.js`);
const { changeSender, sendOnceChanged } = await import(`${JS}sender.js`);
const { startOutbox } = await import(`${JS}outbox.js`);
const { me } = await import(`${JS}state.js`);

const HERE = conversation(1, { party: { value: "+447700900101" } });
const THERE = conversation(2);
me.value = { user: { id: "1" }, numbers: [] };
startOutbox(() => {});

/** @type {Server} */
let server;
function typed(text) {
    server = new Server();
    for (const id of drafts.peek().keys()) keepDraft(id, "");
    keepDraft("1", text);
}

test("what is sent while another number is being chosen leaves from that number", async () => {
    typed("From my own line");
    const changed = changeSender(HERE, "+441632960178");
    const asked = await server.next();
    assert.deepEqual(asked.body, { kind: "sms", to: "+447700900101", from: "+441632960178" });
    assert.equal(sendOnceChanged("1", null), true);
    assert.equal(server.asked.length, 0);
    await asked.answer(201, THERE);
    const sent = await server.next();
    assert.deepEqual([sent.path, sent.body], ["/conversations/2/messages", { body: "From my own line" }]);
    await sent.answer(202, message(1));
    assert.equal((await changed).id, "2");
    assert.deepEqual([...drafts.value], []);
});

test("a number that cannot be chosen sends nothing and leaves the text where it was typed", async () => {
    typed("From my own line");
    const refused = assert.rejects(changeSender(HERE, "+441632960178"));
    const asked = await server.next();
    sendOnceChanged("1", null);
    await asked.fail();
    await refused;
    assert.equal(server.asked.length, 0);
    assert.deepEqual([...drafts.value], [["1", "From my own line"]]);
    assert.equal(sendOnceChanged("1", null), false);
});

test("what is only typed goes along, but never over what was typed there before", async () => {
    typed("mine");
    const changed = changeSender(HERE, "+441632960178");
    await (await server.next()).answer(201, THERE);
    await changed;
    assert.deepEqual([...drafts.value], [["2", "mine"]]);
    keepDraft("1", "later");
    const again = changeSender(HERE, "+441632960178");
    await (await server.next()).answer(201, THERE);
    await again;
    assert.deepEqual([...drafts.value].sort(), [["1", "later"], ["2", "mine"]]);
});
