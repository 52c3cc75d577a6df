import assert from "node:assert/strict";
import { test } from "node:test";

const { linkify } = await import("../../../daemon/sidetone/web/static/js/lib/links.js");

const found = (text, country) => linkify(text, country).flatMap(({ text, href, copy }) => (href || copy ? [href ?? `copy ${copy}`] : []));
const whole = (text, country) => assert.equal(linkify(text, country).map((each) => each.text).join(""), text);

/** Text, and what it links to: PC-34, PC-35, PC-36, PC-37. */
const LINKS = [
    ["http://example.com", "http://example.com/"],
    ["https://example.com/a?b=c#d", "https://example.com/a?b=c#d"],
    ["HTTPS://EXAMPLE.com", "https://example.com/"],
    ["www.example.com", "https://www.example.com/"],
    ["www2.example.com!", "https://www2.example.com/"],
    ["(see www.example.com)", "https://www.example.com/"],
    ["<https://example.com/my file>", "https://example.com/my%20file"],
    ["ftp://example.com/x", "copy ftp://example.com/x"],
    ["file:///etc/hosts", "copy file:///etc/hosts"],
    ["gopher://example.com", "copy gopher://example.com"],
    ["ntp://example.com", "copy ntp://example.com"],
    ["prospero://example.com", "copy prospero://example.com"],
    ["telnet://example.com", "copy telnet://example.com"],
    ["news:comp.lang.c", "copy news:comp.lang.c"],
    ["wais://example.com", "copy wais://example.com"],
    ["good news: it works"],
    ["\\\\server\\share\\file.txt", "copy \\\\server\\share\\file.txt"],
    ["see \\\\srv\\dir, please", "copy \\\\srv\\dir"],
    ["<\\\\srv\\my dir\\a b.txt>", "copy \\\\srv\\my dir\\a b.txt"],
    ["<file:///C:/my dir/a.txt>", "copy file:///C:/my dir/a.txt"],
    ["\\\\"],
    ["a \\ b"],
    ["anna@example.com", "mailto:anna@example.com"],
    ["mailto:anna@example.com", "mailto:anna@example.com"],
    ["Anna.Berg+x@mail.example.co.uk.", "mailto:Anna.Berg+x@mail.example.co.uk"],
    ["<mailto:anna@example.com>", "mailto:anna@example.com"],
    ["anna@example"],
    ["@anna anna@ a@b"],
    ["mailto:"],
    ["javascript:alert(1)"],
    ["<javascript:alert(1)>"],
    ["vbscript:x data:text/html,x blob:y"],
    ["<b>https://example.com</b>", "https://example.com/"],
    ["<img src=x onerror=alert(1)>"],
];

for (const [text, ...expected] of LINKS) {
    test(`links in ${text}`, () => {
        assert.deepEqual(found(text), expected);
        whole(text);
    });
}

/** Text, and the address it writes to, null for none: PC-34. */
const MAILS = [
    ["anna@example.com", "anna@example.com"],
    ["ANNA@EXAMPLE.COM", "ANNA@EXAMPLE.COM"],
    ["anna.berg@example.com", "anna.berg@example.com"],
    ["anna-berg@example.com", "anna-berg@example.com"],
    ["anna_berg@example.com", "anna_berg@example.com"],
    ["anna+orders@example.com", "anna+orders@example.com"],
    ["a@b.de", "a@b.de"],
    ["4711@example.com", "4711@example.com"],
    ["anna@mail.example.co.uk", "anna@mail.example.co.uk"],
    ["anna@my-company.example", "anna@my-company.example"],
    ["anna@example.museum", "anna@example.museum"],
    ["anna@123.example.com", "anna@123.example.com"],
    ["mailto:anna@example.com", "anna@example.com"],
    ["MAILTO:anna@example.com", "anna@example.com"],
    ["<mailto:anna@example.com>", "anna@example.com"],
    ["<anna@example.com>", "anna@example.com"],
    ["Anna Berg <anna@example.com>", "anna@example.com"],
    ["(anna@example.com)", "anna@example.com"],
    ["[anna@example.com]", "anna@example.com"],
    ["„anna@example.com“", "anna@example.com"],
    ['"anna@example.com"', "anna@example.com"],
    ["anna@example.com.", "anna@example.com"],
    ["anna@example.com, please", "anna@example.com"],
    ["anna@example.com!", "anna@example.com"],
    ["anna@example.com?", "anna@example.com"],
    ["anna@example.com; or call", "anna@example.com"],
    ["mail:anna@example.com", "anna@example.com"],
    ["Write to\nanna@example.com\ntoday", "anna@example.com"],
    ["anna@example", null],
    ["anna@", null],
    ["@anna", null],
    ["anna @ example.com", null],
    ["anna@ example.com", null],
    ["anna@.com", null],
    ["anna@-", null],
    ["@example.com", null],
    ["5 @ 3.50", null],
    ["mailto:", null],
    ["mailto:anna", null],
    ["mailto: anna", null],
    ["two at example dot com", null],
];

for (const [text, address] of MAILS) {
    test(`mail addresses in ${text}`, () => {
        assert.deepEqual(found(text), address === null ? [] : [`mailto:${address}`]);
        whole(text);
    });
}

const EVERYWHERE = ["AT", "CH", "DE", "FR", "GB", "US"];
/** Text, what it dials, and from which countries' lines: PC-33. */
const PHONES = [
    ["phone:+4912345612", "tel:+4912345612", EVERYWHERE],
    ["tel:+49 30 123456".replaceAll(" ", "-"), "tel:+4930123456", EVERYWHERE],
    ["+49 30 901820", "tel:+4930901820", EVERYWHERE],
    ["+44 (0)20 7946 0958", "tel:+442079460958", EVERYWHERE],
    ["+1-202-555-0147", "tel:+12025550147", EVERYWHERE],
    ["call +49(30)901820, please", "tel:+4930901820", EVERYWHERE],
    ["0049 30 901820", "tel:004930901820", ["AT", "CH", "DE", "FR", "GB"]],
    ["030 901820", "tel:030901820", ["AT", "DE"]],
    ["030/90 18 20", "tel:030901820", ["AT", "DE"]],
    ["0171-1234567", "tel:01711234567", ["AT", "DE", "GB"]],
    ["01 23 45 67 89", "tel:0123456789", ["AT", "CH", "DE", "FR", "GB"]],
    ["044 668 18 00", "tel:0446681800", ["AT", "CH", "DE", "FR", "GB"]],
    ["07700 900123", "tel:07700900123", ["AT", "DE", "GB"]],
    ["(020) 7946 0958", "tel:02079460958", ["AT", "DE", "GB"]],
    ["202-555-0147", "tel:2025550147", ["US"]],
    ["(202) 555-0147", "tel:2025550147", ["US"]],
    ["1 202 555 0147", "tel:12025550147", ["US"]],
    ["phone:110", "tel:110", ["DE"]],
    ["phone:999", "tel:999", ["GB"]],
    ["phone:911", "tel:911", ["US"]],
    ["phone:112", "tel:112", ["AT", "CH", "DE", "FR", "GB"]],
    ...[
        ...["110", "4711", "12.03.2026", "01.02.2026", "2026-11-22", "1/2/2026", "10:30", "08:00-09:00", "1.234.567", "1 000 000"],
        ...["12,50", "007", "00", "+49", "+0 30 123456", "v1.2.3.4", "order 20817", "A0301234567", "99%", "phone:x", "1234567890123456789"],
        ...["17:45 - 18:30", "3 x 4", "Windows 11", "100 - 200", "12/2026", "+", "12 34", "B4-1702", "$1234567", "ISBN 978-3-16-148410-0"],
        ...["0301234567890123", "100,000.00", "EUR 030901820€", "3.14159265", "192.168.10.200", "5-6", "[1]", "#0123456", "0.1234567", "2026"],
    ].map((text) => [text, null, []]),
];

for (const [text, dials, countries] of PHONES) {
    test(`phone numbers in ${text}`, () => {
        assert.deepEqual(
            EVERYWHERE.filter((country) => found(text, country).length),
            countries,
        );
        for (const country of countries) assert.deepEqual(found(text, country), [dials]);
        for (const country of EVERYWHERE) whole(text, country);
    });
}
