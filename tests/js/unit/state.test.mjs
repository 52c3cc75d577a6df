import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Server } from "./server.mjs";

/** @type {((event: {key: string}) => void)[]} */
const windows = [];
const kept = new Map();
globalThis.addEventListener = (type, listener) => type === "storage" && windows.push(listener);
globalThis.removeEventListener = () => {};
globalThis.document = { documentElement: { dataset: {} } };
Object.defineProperty(globalThis, "localStorage", {
    value: { getItem: (name) => kept.get(name) ?? null, setItem: (name, text) => kept.set(name, text), removeItem: (name) => kept.delete(name) },
});

const JS = "../../../daemon/sidetone/web/static/js/";
const { choose, followChoices, letterKeys, me, phase, signOut } = await import(`${JS}state.js`);

const of = (theme) => ({ user: { id: "1" }, numbers: [], rights: [], settings: { theme, language: "en", drop_trunk_zero: false } });
const shown = () => [me.value.settings.theme, document.documentElement.dataset.theme];
/** What a window hears when another one changes a name. */
const elsewhere = (name) => windows.forEach((listener) => listener({ key: `sidetone.${name}` }));
followChoices();

/** @type {Server} */
let server;
beforeEach(() => {
    server = new Server();
    me.value = of("system");
    phase.value = "in";
});

test("of two quick choices the last one stays, whatever the answers say", async () => {
    const first = choose({ theme: "dark" });
    const second = choose({ theme: "light" });
    assert.deepEqual(shown(), ["light", "light"]);
    await server.says(of("dark"));
    await first;
    assert.deepEqual(shown(), ["light", "light"]);
    await server.says(of("light"));
    await second;
    assert.deepEqual(shown(), ["light", "light"]);
});

test("what could not be chosen is shown as it was", async () => {
    const refused = assert.rejects(choose({ theme: "dark" }));
    await (await server.next()).fail();
    await refused;
    assert.equal(me.value.settings.theme, "system");
});

test("what is chosen in another window is learnt, and one's own choice meanwhile goes before it", async () => {
    elsewhere("chosen");
    await server.says(of("dark"));
    assert.deepEqual(shown(), ["dark", "dark"]);
    elsewhere("chosen");
    const asked = await server.next();
    const choosing = choose({ theme: "light" });
    await asked.answer(200, of("dark"));
    assert.deepEqual(shown(), ["light", "light"]);
    await server.says(of("light"));
    await choosing;
    kept.set("sidetone.letter-keys", "off");
    elsewhere("letter-keys");
    assert.equal(letterKeys.value, false);
});

test("what was typed goes only once the daemon has let its person go", async () => {
    const done = [];
    const refused = assert.rejects(signOut(() => done.push("forgotten")));
    await (await server.next()).fail();
    await refused;
    assert.deepEqual([done, phase.value], [[], "in"]);
    const leaving = signOut(() => done.push(`forgotten of ${me.value?.user.id}`));
    await (await server.next()).answer(204);
    await leaving;
    assert.deepEqual([done, phase.value], [["forgotten of 1"], "out"]);
});
