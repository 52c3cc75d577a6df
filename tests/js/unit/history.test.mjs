import assert from "node:assert/strict";
import { test } from "node:test";
globalThis.document = { documentElement: {} };

const JS = "../../../daemon/sidetone/web/static/js/";
const { lineOf } = await import(`${JS}parts/history.js`);
const { speak } = await import(`${JS}lib/words.js`);

const message = { status: "queued", status_text: "Waiting to be sent.", problem: { kind: "carrier_down", code: "", text: "closed" } };
const line = (code, values = {}) => lineOf({ at: "", text: `as the daemon says: ${code}`, code, values }, message);

test("a line is in the reader's language, with the carrier's own words as they came", async () => {
    const said = { carrier: "main", text: "Unknown handset.", code: "30005" };
    assert.equal(line("attempt.rejected", said), "Carrier “main” refused it. (In its words: Unknown handset, code 30005)");
    assert.equal(line("now"), "Now: Queued: the carrier is not working; it is tried again by itself.");
    await speak("de");
    assert.equal(line("attempt.rejected", said), "Der Netzzugang „main“ hat sie abgelehnt. (Von dort: Unknown handset, Code 30005)");
    assert.equal(line("receipt.delivered", { carrier: "main", times: "3" }), "Der Netzzugang „main“ hat sie zugestellt. (Von dort: 3-mal)");
    assert.match(line("wait.retry", { at: "2027-01-15T08:00:00.000Z" }), /^Es wird von selbst noch einmal versucht\. Nächster Versuch: .*2027/);
    await speak("en");
});

test("a line that this page does not know is told as the daemon tells it", () => {
    assert.equal(line("from.the.future"), "as the daemon says: from.the.future");
});
