import assert from "node:assert/strict";
import { test } from "node:test";

import { Server, message } from "./server.mjs";

process.env.TZ = "Europe/Berlin"; // where the clocks change on 28 March and 31 October 2027
globalThis.addEventListener ??= () => {};

const JS = "../../../daemon/sidetone/web/static/js/";
const { fromField, toField, usual } = await import(`${JS}lib/moments.js`);
const { changeLater, clearLater, noteLater, readLater, scheduled, scheduledIn } = await import(`${JS}later.js`);
const { clear, listed, noteMessage } = await import(`${JS}conversations.js`);

for (const [field, moment] of [
    ["2027-01-15T08:00", "2027-01-15T07:00:00.000Z"],
    ["2027-07-15T08:00", "2027-07-15T06:00:00.000Z"],
    ["2027-03-28T02:30", "2027-03-28T01:30:00.000Z"], // left out: half past three
    ["2027-10-31T02:30", "2027-10-31T00:30:00.000Z"], // comes twice: the first
    ["2027-10-31T03:00", "2027-10-31T02:00:00.000Z"],
]) {
    test(`${field} on a clock in Berlin is ${moment}`, () => {
        assert.equal(fromField(field)?.toISOString(), moment);
        if (field !== "2027-03-28T02:30") assert.equal(toField(new Date(moment)), field);
    });
}

for (const field of ["", "tomorrow", "2027-01-15", "2027-99-99T99"]) {
    test(`${JSON.stringify(field)} is no time`, () => assert.equal(fromField(field), null));
}

test("tomorrow morning is at eight, also when the clocks change in between", () => {
    const [hour, tomorrow, monday] = usual(new Date("2027-03-27T19:01:00Z")); // a Saturday evening
    assert.equal(hour.when.toISOString(), "2027-03-27T20:05:00.000Z");
    assert.equal(tomorrow.when.toISOString(), "2027-03-28T06:00:00.000Z");
    assert.equal(monday.when.toISOString(), "2027-03-29T06:00:00.000Z");
});

test("what is usual is never over, and nothing stands twice", () => {
    for (let n = 0; n < 24 * 8; n += 1) {
        const now = new Date(Date.UTC(2027, 2, 25, n, 17));
        const times = usual(now).map((each) => each.when.getTime());
        assert.deepEqual(times, [...new Set(times)].sort((a, b) => a - b));
        assert.ok(times[0] > now.getTime());
    }
});

const waits = (id, at, more = {}) => message(id, { direction: "outbound", status: "scheduled", flags: ["scheduled"], send_at: at, scheduled_id: null, ...more });

test("what waits is listed by its time, stands in no thread, and goes when a message takes its place", () => {
    clearLater();
    clear();
    noteLater(waits(5, "2027-01-02T00:00:00.000Z"), "e:1");
    noteLater(waits(6, "2027-01-01T00:00:00.000Z", { conversation_id: "2" }), "e:2");
    noteMessage(waits(5, "2027-01-02T00:00:00.000Z"), "e:1");
    assert.deepEqual(scheduled.value.map((each) => each.id), ["6", "5"]);
    assert.deepEqual(scheduledIn("1").map((each) => each.id), ["5"]);
    assert.deepEqual(listed.value, []);
    noteLater(waits(6, null, { status: "cancelled" }), "e:3");
    noteLater(message(9, { direction: "outbound", status: "queued", scheduled_id: "5" }), "e:4");
    assert.deepEqual(scheduled.value, []);
});

test("an older page does not bring back what an event has changed", async () => {
    clearLater();
    const server = new Server();
    const reading = readLater();
    noteLater(waits(7, "2027-02-01T00:00:00.000Z", { body: "newer" }), "e:9");
    await server.says({ items: [waits(7, "2027-01-01T00:00:00.000Z", { body: "older" })], next: null, seq: "e:8" });
    await reading;
    assert.deepEqual(scheduled.value.map((each) => each.body), ["newer"]);
});

test("sent now, it leaves the list with the answer", async () => {
    clearLater();
    const server = new Server();
    noteLater(waits(8, "2027-02-01T00:00:00.000Z"), "e:1");
    const changing = changeLater(scheduled.value[0], { send_at: null });
    const asked = await server.next();
    assert.deepEqual([asked.method, asked.path, asked.body], ["PATCH", "/messages/8", { send_at: null }]);
    await asked.answer(200, message(11, { direction: "outbound", status: "queued", scheduled_id: "8" }));
    await changing;
    assert.deepEqual(scheduled.value, []);
});
