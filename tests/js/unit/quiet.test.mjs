import assert from "node:assert/strict";
import { test } from "node:test";

const { isQuiet } = await import("../../../daemon/sidetone/web/static/js/lib/quiet.js");

const at = (clock) => new Date(`2027-01-15T${clock}:00`);

for (const [from, to, clock, quiet] of [
    ["20:00", "07:00", "19:59", false],
    ["20:00", "07:00", "20:00", true],
    ["20:00", "07:00", "00:00", true],
    ["20:00", "07:00", "06:59", true],
    ["20:00", "07:00", "07:00", false],
    ["12:00", "13:00", "12:30", true],
    ["12:00", "13:00", "13:00", false],
    ["12:00", "12:00", "12:00", false],
]) {
    test(`from ${from} to ${to}, ${clock} is ${quiet ? "quiet" : "loud"}`, () => {
        assert.equal(isQuiet({ on: true, from, to }, at(clock)), quiet);
        assert.equal(isQuiet({ on: false, from, to }, at(clock)), false);
    });
}
