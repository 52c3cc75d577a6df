// Writes the UI's vendored modules from node_modules: bare imports become relative ones, so that the page needs
// neither an import map nor an inline script. Run after changing a version in package.json:
//   npm install && node vendor.mjs

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const TARGET = fileURLToPath(new URL("../../daemon/sidetone/web/static/vendor/", import.meta.url));
const PACKAGES = fileURLToPath(new URL("node_modules/", import.meta.url));

/** Our file for each module name, and where its package keeps it. */
const MODULES = [
    { name: "preact", file: "preact.js", source: "preact/dist/preact.mjs", package: "preact" },
    { name: "preact/hooks", file: "hooks.js", source: "preact/hooks/dist/hooks.mjs", package: "preact" },
    { name: "htm", file: "htm.js", source: "htm/dist/htm.mjs", package: "htm" },
    { name: "@preact/signals", file: "signals.js", source: "@preact/signals/dist/signals.mjs", package: "@preact/signals" },
    {
        name: "@preact/signals-core",
        file: "signals-core.js",
        source: "@preact/signals-core/dist/signals-core.mjs",
        package: "@preact/signals-core",
    },
];

/**
 * A module's text with our file names in place of module names, and without its source map's address.
 *
 * @param {string} code
 * @returns {string}
 * @throws {Error} when it imports a module that is not vendored
 */
export function rewrite(code) {
    const plain = code.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "\n");
    return plain.replace(/(\bfrom\s*|\bimport\s*)(["'])([^"'./][^"']*)\2/g, (_, keyword, quote, name) => {
        const found = MODULES.find((module) => module.name === name);
        if (!found) throw new Error(`${name} is imported but not vendored`);
        return `${keyword}${quote}./${found.file}${quote}`;
    });
}

/**
 * Every file of the vendor folder by its name.
 *
 * @returns {Map<string, string>}
 */
export function build() {
    const files = new Map();
    const rows = [];
    const licences = new Map();
    for (const module of MODULES) {
        const about = JSON.parse(readFileSync(`${PACKAGES}${module.package}/package.json`, "utf8"));
        const licence = readFileSync(`${PACKAGES}${module.package}/LICENSE`, "utf8").trim();
        const holder = /^Copyright \(c\) .*$/m.exec(licence)?.[0] ?? `by ${about.author.replace(/ <.*/, "")}`;
        const header = `/*! ${module.name} ${about.version} | ${holder} | SPDX-License-Identifier: ${about.license} */\n`;
        const text = header + rewrite(readFileSync(PACKAGES + module.source, "utf8"));
        const hash = createHash("sha256").update(text).digest("hex");
        files.set(module.file, text);
        files.set(module.file.replace(".js", ".d.ts"), types(module.name));
        rows.push(`| \`${module.file}\` | ${module.name} | ${about.version} | ${about.license} | \`${hash}\` |`);
        if (about.license === "MIT") licences.set(licence, [...(licences.get(licence) ?? []), module.name]);
    }
    files.set("README.md", readme(rows));
    files.set("LICENSES.txt", [...licences].map(([text, names]) => `${names.join(", ")}\n\n${text}\n`).join("\n\n"));
    return files;
}

/**
 * The declarations beside a vendored module: its package's own, so that the type checker need not read minified code.
 *
 * @param {string} name
 * @returns {string}
 */
function types(name) {
    return name === "htm" ? `export { default } from "${name}";\n` : `export * from "${name}";\n`;
}

/**
 * @param {string[]} rows
 * @returns {string}
 */
function readme(rows) {
    return [
        "# Vendored modules",
        "",
        "Written by `tests/js/vendor.mjs`; do not edit. Each file is the package's own minified module under a licence",
        "line, with bare imports made relative. The MIT licences are in `LICENSES.txt`; the Apache licence is Sidetone's own.",
        "",
        "| file | module | version | licence | sha256 |",
        "| --- | --- | --- | --- | --- |",
        ...rows,
        "",
    ].join("\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    mkdirSync(TARGET, { recursive: true });
    for (const [name, text] of build()) writeFileSync(TARGET + name, text);
}
