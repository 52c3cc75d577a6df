"""What is done at the command line stands in the audit with the system's user who did it."""

import os
import pwd
from typing import Any

from cli.stage import PASS_PHRASE
from control.stage import Office
from sidetone.control.services import Services
from sidetone.people.audit import Audit, Search

OWN = "+4930901820100"


async def rows(services: Services) -> list[Any]:
    return (await Audit(services.store).page(Search(), before=None, limit=100)).items


async def test_every_command_that_does_something_leaves_its_row(office: Office, services: Services) -> None:
    await office.ask("user.add", {"name": "ada", "password": PASS_PHRASE})
    await office.ask("number.add", {"number": OWN, "carrier": "main", "owner": "user:ada"})
    sent = await office.ask("send", {"number": OWN, "to": "+4915112345678", "body": "a canary that sings"})
    await office.ask("messages.show", {"key": sent["id"]})
    await office.ask("messages.list", {})
    await office.ask("messages.show", {"key": sent["id"], "bodies": True})
    listed = await office.ask("messages.list", {"bodies": True})
    assert [item["body"] for item in listed["items"]] == ["a canary that sings"]
    await office.ask("retention.run", {"dry_run": True, "clock_is_right": True})
    held = await office.ask("retention.hold", {"party": "+4915112345678", "reason": "case"})
    await office.ask("retention.lift", {"id": int(held["id"])})
    for looks in ("retention.show", "retention.holds"):
        await office.ask(looks, {})
    found = await rows(services)
    assert [row.act for row in reversed(found)] == [
        "user.added",
        "number.added",
        "message.sent",
        "message.bodies_shown",
        "message.bodies_shown",
        "retention.clock_vouched",
        "retention.asked",
        "hold.added",
        "hold.lifted",
    ]
    me = (os.getuid(), pwd.getpwuid(os.getuid()).pw_name, None, "")
    assert {(row.uid, row.name, row.user_id, row.address) for row in found} == {me}
    assert not any(secret in str(found) for secret in ("canary", "+4915112345678", PASS_PHRASE))
