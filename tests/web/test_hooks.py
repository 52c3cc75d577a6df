"""The way in for carriers."""

import asyncio
from urllib.parse import urlencode

import pytest
from structlog.testing import capture_logs

from sidetone.plugin.carrier import WebhookAnswer, WebhookRequest
from sidetone.store.connection import Snapshot
from web.site import API, HOOK_SECRET, OWN, PHONE, RESTCOMM, Person, Reply, Site
from web.test_problems import limit_pages

FORM = {"AccountSid": RESTCOMM["account_sid"], "SmsSid": "SM" + "1" * 32, "From": PHONE, "To": OWN, "Body": "hello"}


async def text(site: Site, secret: str = HOOK_SECRET, **changes: str) -> Reply:
    form = Person(site, {"Content-Type": "application/x-www-form-urlencoded", "Host": "carrier.example"})
    return await form.post(f"/hooks/main/{secret}/message", urlencode({**FORM, **changes}).encode())


def count(look: Snapshot) -> int:
    return int(look.one("SELECT count(*) AS n FROM message")["n"])


async def test_a_text_is_stored_before_it_is_answered(hooked: Site) -> None:
    ada = await hooked.someone("ada")
    await hooked.number("ada", carrier="main")
    reply = await text(hooked)
    assert reply.status == 200
    talks = (await ada.get(f"{API}/conversations")).json["items"]
    assert [talk["last_message"]["body"] for talk in talks] == ["hello"]


async def test_one_without_the_secret_stores_nothing(hooked: Site) -> None:
    for secret in ("wrong", HOOK_SECRET[:-1], HOOK_SECRET + "x"):
        assert (await text(hooked, secret)).status in (403, 404)
    assert await hooked.store.read(count) == 0


async def test_no_such_carrier_no_hook(hooked: Site) -> None:
    for path in ("/hooks/", "/hooks/nobody", "/hooks/nobody/x/message", "/hooks/demo/x/message"):
        reply = await hooked.anyone.post(path, b"")
        assert (reply.status, reply.body) == (404, b"not-found"), path


async def test_what_is_too_large_is_refused(hooked: Site) -> None:
    assert (await text(hooked, Body="x" * 70_000)).status == 413


async def test_a_full_disk_asks_the_carrier_to_come_again(hooked: Site) -> None:
    await hooked.number(None, carrier="main")
    await limit_pages(hooked, 1)
    replies = [await text(hooked, SmsSid=f"SM{number:032}", Body="x" * 600) for number in range(200)]
    refused = [reply for reply in replies if reply.status != 200]
    assert {reply.status for reply in refused} == {503}
    assert all(reply.headers["Retry-After"] for reply in refused)
    stored = await hooked.store.read(count)
    assert stored == len(replies) - len(refused)
    await limit_pages(hooked, 10**9)
    assert (await text(hooked, SmsSid="SM" + "9" * 32)).status == 200


async def test_the_log_names_neither_secret_nor_number(hooked: Site) -> None:
    with capture_logs() as lines:
        await text(hooked)
        await text(hooked, "wrong-secret")
        await hooked.anyone.post("/hooks/nobody/some-secret", b"")
    told = str(lines)
    for secret in (HOOK_SECRET, "wrong-secret", "some-secret", PHONE, OWN, "hello"):
        assert secret not in told


class Recorder:
    """Stands where the carriers are and keeps what it is handed."""

    def __init__(self) -> None:
        self.requests: list[WebhookRequest] = []
        self.answer = WebhookAnswer(
            status=202, content_type="text/x-odd", body=b"odd", headers={"X-Odd": "1", "Cache-Control": "public"}
        )
        self.error: Exception | None = None
        self.tls: bool | None = None

    async def webhook(self, _name: str, request: WebhookRequest, *, tls: bool | None = None) -> WebhookAnswer:
        self.tls = tls
        self.requests.append(request)
        if self.error is not None:
            raise self.error
        return self.answer


@pytest.fixture
def recorder(site: Site, monkeypatch: pytest.MonkeyPatch) -> Recorder:
    made = Recorder()
    monkeypatch.setattr(site.host, "webhook", made.webhook)
    return made


async def test_nothing_of_a_request_is_interpreted(site: Site, recorder: Recorder) -> None:
    asker = site.anyone.having(X_Signature="abc", Host="evil.example", Origin="https://evil.example")
    reply = await asker.ask("PUT", "/hooks/any/s%2Fx/%C3%BC/?a=%20b&a=c", b"\x00raw")
    assert (reply.status, reply.headers["Content-Type"], reply.body) == (202, "text/x-odd", b"odd")
    assert (reply.headers["X-Odd"], reply.headers.getall("Cache-Control")) == ("1", ["no-store"])
    request = recorder.requests[0]
    assert request.tail == ("s/x", "ü", "")
    assert (request.method, request.query, request.body) == ("PUT", "a=%20b&a=c", b"\x00raw")
    assert request.headers.get("x-signature") == request.headers.get("X-Signature") == "abc"
    assert (request.remote, request.url) == ("127.0.0.1", f"{site.url}/hooks/any/s%2Fx/%C3%BC/?a=%20b&a=c")


async def test_an_error_that_nobody_foresaw_is_503(site: Site, recorder: Recorder) -> None:
    recorder.error = ValueError("+4915112345678")
    with capture_logs() as lines:
        reply = await site.anyone.post("/hooks/any/x", b"")
    assert (reply.status, reply.body, reply.headers["Retry-After"]) == (503, b"internal", "5")
    assert "49151" not in str(lines)


async def test_each_request_has_an_id_of_its_own(site: Site, recorder: Recorder) -> None:
    ids = [(await site.anyone.post("/hooks/any/x", b"")).headers["X-Request-ID"] for _ in range(3)]
    assert len(set(ids)) == 3


async def test_a_body_that_breaks_off_is_no_mistake_of_ours(site: Site, recorder: Recorder) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(site.url.rpartition(":")[2]))
    writer.write(b"POST /hooks/any/x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n")
    answer = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    assert b" 400 " in answer.partition(b"\r\n")[0]
    assert recorder.requests == []


async def test_how_a_call_came_is_told_by_who_was_asked(site: Site, recorder: Recorder) -> None:
    await site.anyone.having(**{"X-Forwarded-Proto": "https"}).post("/hooks/any/x", b"")
    assert recorder.tls is False  # nobody here may say so
