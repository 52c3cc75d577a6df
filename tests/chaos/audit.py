"""What a client can see after each restart, held against the ledger."""

from collections.abc import Sequence
from typing import Any

from chaos.ledger import Ledger
from durability.api import Site

PAGE = 200
FOUND = ("sent", "delivered", "undelivered")


async def audit(site: Site, ledger: Ledger, stranded: Sequence[str]) -> None:
    """Read everything that is new since the last time, and look at what was in the carrier's hands at the end."""
    keys = {text.key: text for text in ledger.texts.values()}
    bodies = {arrival.sms.body: sid for sid, arrival in ledger.arrivals.items()}
    for user, api in enumerate(site.users):
        for thread in (await api.must("GET", f"/conversations?limit={PAGE}"))["items"]:
            for message in await _new_messages(site, user, thread["id"], ledger):
                if message["direction"] == "outbound":
                    text = keys.get(message["client_id"])
                    _see(ledger, text.key if text and text.body == message["body"] else "", message)
                    if text is not None and text.message_id not in ("", message["id"]):
                        ledger.fault(f"{text.key} was acknowledged as {text.message_id} and is {message['id']}")
                else:
                    _see(ledger, bodies.get(message["body"], ""), message)
    _nothing_is_lost(ledger)
    for message_id in stranded:
        await _is_unknown(site, ledger, message_id)


async def _new_messages(site: Site, user: int, thread: str, ledger: Ledger) -> list[Any]:
    found: list[Any] = []
    more = True
    while more:
        after = ledger.seen_up_to[thread]
        path = f"/conversations/{thread}/messages?limit={PAGE}&after={after}"
        page = await site.users[user].must("GET", path)
        found += page["items"]
        more = page["next"] is not None
        if page["items"]:
            ledger.seen_up_to[thread] = int(page["items"][-1]["id"])
    return found


def _see(ledger: Ledger, name: str, message: Any) -> None:  # noqa: ANN401 - JSON
    if not name:
        ledger.fault(f"message {message['id']} is none that anyone sent")
    elif name in ledger.seen:
        ledger.fault(f"{name} is there twice, the second time as message {message['id']}")
    ledger.seen.add(name)


def _nothing_is_lost(ledger: Ledger) -> None:
    promised = [text.key for text in ledger.acknowledged()]
    promised += [sid for sid, arrival in ledger.arrivals.items() if arrival.acknowledged]
    for name in promised:
        if name not in ledger.seen:
            ledger.fault(f"{name} was acknowledged and is lost")


async def _is_unknown(site: Site, ledger: Ledger, message_id: str) -> None:
    """What was in a carrier's hands at a kill is unknown, or was found with the carrier; it is not sent again."""
    for api in site.users:
        reply = await api.ask("GET", f"/messages/{message_id}")
        if reply.status == 200:
            last = reply.json["attempts"][-1]
            is_unknown = (reply.json["status"], last["outcome"], last["kind"]) == ("unknown", "unknown", "stopped")
            if not is_unknown and (reply.json["status"] not in FOUND or last["outcome"] != "accepted"):
                ledger.fault(f"message {message_id} was in a carrier's hands and is {reply.json['status']}")
            return
    ledger.fault(f"message {message_id} was in a carrier's hands and is lost")
