import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

globalThis.location = { pathname: "/messages/new", search: "" };
const move = (_state, _title, address) => {
    const { pathname, search } = new URL(address, "http://sidetone.test");
    Object.assign(globalThis.location, { pathname, search });
};
globalThis.history = { pushState: move, replaceState: move };

const JS = "../../../daemon/sidetone/web/static/js/";
const { go, goingOn, place, to } = await import(`${JS}router.js`);
const at = () => location.pathname.slice(to("").length);

beforeEach(() => go("messages/new"));

test("an answer leads on whoever waited for it", () => {
    const goOn = goingOn();
    go("messages/new?to=4711");
    goOn("messages/7", { replace: true });
    assert.deepEqual([at(), place.value.id], ["messages/7", "7"]);
});

test("who has gone elsewhere meanwhile stays there", () => {
    const goOn = goingOn();
    go("messages/3");
    goOn("messages/7");
    assert.deepEqual([at(), place.value.id], ["messages/3", "3"]);
});
