import assert from "node:assert/strict";
import { test } from "node:test";

const LIB = "../../../daemon/sidetone/web/static/js/lib/";
const { parseCsv } = await import(`${LIB}csv.js`);
const { MOST_ROWS, batches, readOptOutList } = await import(`${LIB}opt-out-list.js`);

for (const [what, text, expected] of [
    ["nothing", "", []],
    ["plain cells", "a,b\r\nc,d\r\n", [[1, "a", "b"], [2, "c", "d"]]],
    ["no line end at the end", "a\nb", [[1, "a"], [2, "b"]]],
    ["quotes, commas and line ends in cells", '"a,""b""","c\nd"\ne', [[1, 'a,"b"', "c\nd"], [3, "e"]]],
    ["empty lines, told by their numbers", "a\n\n,\nb\n", [[1, "a"], [4, "b"]]],
    ["semicolons", "a;b;c,d\ne;f", [[1, "a", "b", "c,d"], [2, "e", "f"]]],
    ["tabs and a byte order mark", "\uFEFFa\tb\n", [[1, "a", "b"]]],
    ["empty cells", ",a,\n", [[1, "", "a", ""]]],
    ["old line ends", "a\rb\r", [[1, "a"], [2, "b"]]],
    ["a quote that never ends", 'a,"b\nc', null],
    ["something behind a quote", '"a"b,c', null],
]) {
    test(`CSV: ${what}`, () => assert.deepEqual(parseCsv(text)?.map(({ line, cells }) => [line, ...cells]) ?? null, expected));
}

test("columns without a head are who, from which number, and what they said", () => {
    const { entries, faults } = readOptOutList("+4915112345678,,by letter\n0151 2,+4930901820100\n,x\n");
    assert.deepEqual(entries, [
        { line: 1, row: { party: "+4915112345678", number: null, wording: "by letter" } },
        { line: 2, row: { party: "0151 2", number: "+4930901820100", wording: "" } },
    ]);
    assert.deepEqual(faults, [{ line: 3, words: "import.no_party" }]);
});

test("an export comes in again, without what was lifted", () => {
    const head = "id,party,number,source,wording,carrier,made_by,created_at,lifted_at,lifted_by,lift_wording";
    const { entries } = readOptOutList(`${head}\r\n2,+491511,company,admin,'=cell,,Root,2027,,,\r\n1,+491512,+4930,keyword,STOP,main,,2027,2027,,START\r\n`);
    assert.deepEqual(entries, [{ line: 2, row: { party: "+491511", number: null, wording: "=cell" } }]);
});

test("what is too much is told and not begun", () => {
    assert.equal(readOptOutList("+491\n".repeat(MOST_ROWS)).entries.length, MOST_ROWS);
    for (const [text, words] of [["+491\n".repeat(MOST_ROWS + 2), "import.too_large"], ["x".repeat(3 << 20), "import.too_large"], ['"', "import.no_csv"]]) {
        assert.deepEqual(readOptOutList(text), { entries: [], faults: [{ line: 0, words }] });
    }
    assert.deepEqual(readOptOutList(`${"9".repeat(65)}\n`).faults, [{ line: 1, words: "import.too_long" }]);
});

test("a long list goes in few enough rows at once", () => {
    const { entries } = readOptOutList("+491\n".repeat(250));
    assert.deepEqual(batches(entries).map((batch) => batch.length), [100, 100, 50]);
    assert.deepEqual(batches([]), []);
});
