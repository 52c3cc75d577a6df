import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { segment } from "../../../daemon/sidetone/web/static/js/lib/segments.js";

const CASES = JSON.parse(readFileSync(new URL("../../domain/segment_cases.json", import.meta.url), "utf8"));

for (const { about, text, ...expected } of CASES) {
    test(`the counter agrees with the daemon about ${about}`, () => {
        const { encoding, parts, units, room, because } = segment(text);
        assert.deepEqual({ encoding, parts: parts.length, units, room, because }, expected);
        assert.equal(parts.join(""), text);
    });
}
