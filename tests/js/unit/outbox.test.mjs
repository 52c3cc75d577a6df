import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Server, message, turnOfTheLoop } from "./server.mjs";

const kept = new Map();
globalThis.localStorage = {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, text) => void kept.set(key, text),
    removeItem: (key) => void kept.delete(key),
    key: (at) => [...kept.keys()][at] ?? null,
    get length() {
        return kept.size;
    },
};
globalThis.addEventListener ??= () => {};
globalThis.removeEventListener ??= () => {};

const JS = "../../../daemon/sidetone/web/static/js/";
const { line } = await import(`${JS}live.js`);
const { me } = await import(`${JS}state.js`);
const { arrived, discard, flush, send, sendAgain, startOutbox, unsent } = await import(`${JS}outbox.js`);

const handedOver = [];
startOutbox((stored) => handedOver.push(stored.body));
const signIn = (id) => (me.value = { user: { id } });
const keys = () => [...kept.keys()].filter((key) => key.startsWith("sidetone.outbox."));

/** @type {Server} */
let server;
beforeEach(() => {
    server = new Server();
    kept.clear();
    handedOver.length = 0;
    me.value = null;
    signIn("1");
});

test("a message is kept before it is asked for, and forgotten once the daemon has it", async () => {
    send("7", "hello");
    assert.equal(keys().length, 1);
    const asked = await server.next();
    assert.deepEqual([asked.method, asked.path, asked.body], ["POST", "/conversations/7/messages", { body: "hello" }]);
    await asked.answer(202, message(1, { body: "hello" }));
    assert.deepEqual(handedOver, ["hello"]);
    assert.deepEqual([unsent.value, keys()], [[], []]);
});

test("without a line it waits, and goes out later under the same key, in order", async () => {
    send("7", "first");
    send("7", "second");
    const asked = await server.next();
    await asked.fail();
    assert.equal(unsent.value.length, 2);
    void flush();
    const again = await server.next();
    assert.equal(again.key, asked.key);
    await again.answer(202, message(1));
    const second = await server.next();
    assert.equal(second.body.body, "second");
    assert.notEqual(second.key, asked.key);
    await second.answer(202, message(2));
    assert.deepEqual(keys(), []);
});

test("a reload finds what was not sent; somebody else does not", async () => {
    send("7", "mine");
    await (await server.next()).fail();
    signIn("2");
    assert.deepEqual(unsent.value, []);
    signIn("1");
    assert.deepEqual(
        unsent.value.map((entry) => entry.body),
        ["mine"],
    );
    discard(unsent.value[0].key);
});

test("what a reload finds goes out though the line was there before the page knew who sits there", async () => {
    send("7", "before the reload");
    const asked = await server.next();
    await asked.fail();
    me.value = null;
    line.value = { state: "up" };
    signIn("1");
    const again = await server.next();
    assert.equal(again.key, asked.key);
    await again.answer(202, message(1));
    line.value = { state: "off" };
    assert.deepEqual(keys(), []);
});

for (const status of [500, 503, 507, 429, 401]) {
    test(`an answer ${status} is no refusal: the message stays to be sent`, async () => {
        send("7", "patience");
        await (await server.next()).answer(status, { code: "later", title: "later" });
        assert.equal(unsent.value[0].problem, null);
        discard(unsent.value[0].key);
    });
}

test("a refusal is shown with its reason, does not hold up the next, and can be tried again", async () => {
    send("7", "refused");
    send("7", "fine");
    await (await server.next()).answer(422, { code: "invalid", title: "Unprocessable", detail: "Too long." });
    await (await server.next()).answer(202, message(1, { body: "fine" }));
    assert.deepEqual(handedOver, ["fine"]);
    assert.equal(unsent.value[0].problem.detail, "Too long.");
    sendAgain(unsent.value[0].key);
    await (await server.next()).answer(202, message(2, { body: "refused" }));
    assert.deepEqual(unsent.value, []);
});

test("the event of a stored message ends its waiting, whatever became of the answer", async () => {
    send("7", "stored");
    const asked = await server.next();
    arrived(asked.key);
    assert.deepEqual(unsent.value, []);
    await asked.fail();
    await turnOfTheLoop();
    assert.equal(server.asked.length, 0);
});
