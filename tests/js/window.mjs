// A window of the UI without its looks, for tests/js/test_gaps.py: it writes, hears and forgets as a browser does.
// Arguments: the address, the token, the file that stands for the browser's storage, the conversation, and which texts
// to write (from, to). It says READY, SENT when nothing
// waits in it any more, and at the end what its thread holds; it dies as soon as it wrote the text `dies`.

import { existsSync, readFileSync, writeFileSync } from "node:fs";

const [url, token, file, conversation, from, to, dies] = process.argv.slice(2);
const kept = new Map(existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : []);
const save = () => writeFileSync(file, JSON.stringify([...kept]));
globalThis.localStorage = {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, text) => (kept.set(key, text), save()),
    removeItem: (key) => (kept.delete(key), save()),
    key: (at) => [...kept.keys()][at] ?? null,
    get length() {
        return kept.size;
    },
};

const HASTE = 10; // the UI's patience, so that a test need not have it
const { setTimeout: wait, fetch: ask, WebSocket: Socket } = globalThis;
globalThis.setTimeout = (act, ms, ...more) => wait(act, ms / HASTE, ...more);
globalThis.location = { href: `${url}/messages` };
globalThis.document = { addEventListener() {}, removeEventListener() {}, visibilityState: "visible" };
globalThis.addEventListener = () => {};
globalThis.removeEventListener = () => {};
const signed = { Authorization: `Bearer ${token}` };
const real = (address) => String(address).replace(/^.*\/api\/v1/, ""); // the modules think they lie where they do
globalThis.fetch = (path, options) => ask(`${url}/api/v1${real(path)}`, { ...options, headers: { ...options.headers, ...signed } });
globalThis.WebSocket = class extends Socket {
    constructor(address) {
        super(`${url.replace("http", "ws")}/api/v1${real(address)}`, { headers: signed });
        this.onerror = () => {}; // what follows is a close
    }
};

const JS = "../../daemon/sidetone/web/static/js/";
const { me } = await import(`${JS}state.js`);
const { on, settled, start } = await import(`${JS}live.js`);
const { arrived, send, startOutbox, unsent } = await import(`${JS}outbox.js`);
const { followThreads, refreshThreads, takeMessage, thread } = await import(`${JS}threads.js`);

const pause = (ms) => new Promise((done) => wait(done, ms));
const bodies = (shown) => shown.blocks.value.flatMap((block) => block.items.value.map((each) => each.body));

followThreads();
on("message.created", ({ client_id }) => arrived(client_id));
on("resync", refreshThreads);
start(() => process.exit(3));
await settled(30_000);
const shown = thread(conversation);
while (shown.state.value !== "ready") await pause(5);
me.value = { user: { id: "1" } };
startOutbox(takeMessage);
console.log("READY");
for (let n = Number(from); n < Number(to); n += 1) {
    send(conversation, `out ${n}`);
    if (n === Number(dies)) process.exit(9);
    await pause(8);
}
while (unsent.value.length) await pause(10);
console.log("SENT");
while (!bodies(shown).includes("the end")) await pause(10);
while (shown.hasOlder.value) await shown.readOlder();
console.log(JSON.stringify(bodies(shown)));
process.exit(0);
