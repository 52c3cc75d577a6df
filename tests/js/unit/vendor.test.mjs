import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { TARGET, build, rewrite } from "../vendor.mjs";

test("bare imports become relative ones, in every form a bundler writes", () => {
    assert.equal(rewrite('import{h as n}from"preact";'), 'import{h as n}from"./preact.js";');
    assert.equal(rewrite("export {a} from 'preact/hooks';"), "export {a} from './hooks.js';");
    assert.equal(rewrite('import"@preact/signals-core";'), 'import"./signals-core.js";');
    assert.equal(rewrite('import x from "./other.js";'), 'import x from "./other.js";');
});

test("an import of something that is not vendored is refused", () => {
    assert.throws(() => rewrite('import{x}from"left-pad";'), /left-pad is imported but not vendored/);
});

test("no source map is asked for", () => {
    assert.equal(rewrite("a();\n//# sourceMappingURL=a.map\n"), "a();\n");
});

test("the vendored files are what the pinned packages give", () => {
    for (const [name, text] of build()) assert.equal(readFileSync(TARGET + name, "utf8"), text, name);
});
