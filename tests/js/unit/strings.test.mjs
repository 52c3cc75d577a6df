import assert from "node:assert/strict";
import { test } from "node:test";

const STRINGS = "../../../daemon/sidetone/web/static/js/strings/";
const { default: en } = await import(`${STRINGS}en.js`);
const { default: de } = await import(`${STRINGS}de.js`);

const all = (words) => (typeof words === "string" ? [words] : [words.one, words.other]);
const names = (words) => [...new Set(all(words).flatMap((text) => text.match(/\{\w+\}/g) ?? []))].sort();

test("German has every text of English and no other", () => {
    assert.deepEqual(Object.keys(de).sort(), Object.keys(en).sort());
});

test("both languages put the same values into a text", () => {
    for (const key of Object.keys(en)) {
        const [there, here] = [names(en[key]), names(de[key])];
        assert.deepEqual(here, there, key);
    }
});

test("what is counted is counted in both", () => {
    for (const key of Object.keys(en)) assert.equal(typeof de[key], typeof en[key], key);
});

test("the help explains every status that a text of ours can have", () => {
    const statuses = Object.keys(en).flatMap((key) => key.match(/^status\.(\w+)$/)?.[1] ?? []);
    for (const status of statuses.filter((each) => !["received", "other"].includes(each))) assert.ok(en[`help.status.${status}`], status);
});

// What needs no words in either language.
const SILENT = ["fault.nobody", "fault.unsure", "ticket.none"];

test("no text is empty", () => {
    for (const [key, words] of [...Object.entries(en), ...Object.entries(de)])
        for (const text of all(words)) assert.equal(!text.trim(), SILENT.includes(key), key);
});
