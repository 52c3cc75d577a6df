import assert from "node:assert/strict";
import { test } from "node:test";

const LIB = "../../../daemon/sidetone/web/static/js/lib/";
const { linkify } = await import(`${LIB}links.js`);
const { compareIds, isLater, newKey } = await import(`${LIB}ids.js`);
const { Shelf } = await import(`${LIB}shelf.js`);

/** The links of a text as "shown → address". */
const links = (text) => linkify(text).flatMap(({ text, href }) => (href ? [`${text} → ${href}`] : []));

for (const [text, ...expected] of [
    ["see https://example.com/a?b=c#d now", "https://example.com/a?b=c#d → https://example.com/a?b=c#d"],
    ["www.example.com.", "www.example.com → https://www.example.com/"],
    ["(http://example.com/x_(y))", "http://example.com/x_(y) → http://example.com/x_(y)"],
    ["mail anna@example.com, please", "anna@example.com → mailto:anna@example.com"],
    ["call tel:+491512345678", "tel:+491512345678 → tel:+491512345678"],
    ["javascript:alert(1)"],
    ["data:text/html,<script>x</script>"],
    ["<img src=x onerror=alert(1)>"],
    ["https://"],
    ["a@b c@ @d"],
    ["“https://example.com”", "https://example.com → https://example.com/"],
]) {
    test(`links in ${JSON.stringify(text)}`, () => {
        assert.deepEqual(links(text), expected);
        assert.equal(
            linkify(text)
                .map((piece) => piece.text)
                .join(""),
            text,
        );
    });
}

test("a long text of brackets and dots takes no time", () => {
    const started = Date.now();
    linkify(`https://a${").".repeat(2000)}`);
    linkify("a@".repeat(2000));
    linkify(`a@${"a-".repeat(2000)}`);
    assert.ok(Date.now() - started < 1000);
});

test("ids compare as the integers they are, however long", () => {
    assert.ok(compareIds("9", "10") < 0);
    assert.ok(compareIds("9007199254740993", "9007199254740992") > 0);
    assert.equal(compareIds("12", "12"), 0);
});

test("a later place of the journal is told from an earlier one, and another epoch counts as later", () => {
    assert.ok(isLater("a:10", "a:9"));
    assert.ok(!isLater("a:9", "a:9"));
    assert.ok(!isLater("a:9", "a:10"));
    assert.ok(isLater("b:1", "a:10"));
});

test("a key is long, and never the same", () => {
    assert.match(newKey(), /^[0-9a-f]{32}$/);
    assert.notEqual(newKey(), newKey());
});

test("an old answer does not overwrite a newer event, and one without a place only fills a gap", () => {
    const shelf = new Shelf();
    assert.ok(shelf.put({ id: "1", title: "event" }, "a:5"));
    assert.ok(!shelf.put({ id: "1", title: "old page" }, "a:4"));
    assert.ok(!shelf.put({ id: "1", title: "no place" }, null));
    assert.equal(shelf.get("1").title, "event");
    assert.ok(shelf.put({ id: "1", title: "newer" }, "a:6"));
    assert.ok(shelf.put({ id: "2", title: "gap" }, null));
    assert.ok(shelf.put({ id: "2", title: "read" }, "a:1"));
    assert.deepEqual(
        shelf.values().map((each) => each.title),
        ["newer", "read"],
    );
});
