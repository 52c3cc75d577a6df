"""Whatever changes something by an admin's right, or at the command line, is known to the audit and to its tests."""

import json
import re

import pytest

from house.source import ROOT
from sidetone.control.desk import COMMANDS
from sidetone.store.audit import Act
from sidetone.web.api import endpoints
from sidetone.web.routes import SAFE

# What each endpoint and command leaves behind; tests/web/test_audit.py and tests/control/test_audit.py run them.
ENDPOINTS: dict[str, set[Act]] = {
    "POST /users": {Act.USER_ADDED},
    "PATCH /users/{id}": {Act.USER_CHANGED, Act.PASSWORD_SET},
    "POST /numbers": {Act.NUMBER_ADDED},
    "PATCH /numbers/{id}": {Act.NUMBER_CHANGED},
    "POST /opt-outs": {Act.OPT_OUT_ADDED},
    "POST /opt-outs/import": {Act.OPT_OUTS_IMPORTED},
    "DELETE /opt-outs/{id}": {Act.OPT_OUT_LIFTED},
    "POST /admin/retention": {Act.RETENTION_ASKED, Act.CLOCK_VOUCHED},
    "POST /admin/holds": {Act.HOLD_ADDED},
    "DELETE /admin/holds/{id}": {Act.HOLD_LIFTED},
    "POST /admin/jobs/{name}/runs": {Act.JOB_RUN},
    "DELETE /admin/sessions/{id}": {Act.SESSION_CLOSED},
    "POST /carriers/{name}/hooks": {Act.HOOKS_SHOWN},
    "POST /carriers/{name}/probes": {Act.CARRIER_TRIED},
}
# Those that only read, or are not an admin's alone, and are written down all the same.
ELSE: dict[str, set[Act]] = {
    "POST /session": {Act.SESSION_OPENED, Act.SESSION_REFUSED, Act.SESSION_THROTTLED},
    "DELETE /session": {Act.SESSION_ENDED},
    "POST /setup": {Act.USER_ADDED},
    "GET /admin/messages": {Act.BODIES_SOUGHT, Act.BODIES_SHOWN},
    "POST /admin/messages/{id}/body": {Act.BODIES_SHOWN},
    "GET /opt-outs/export": {Act.OPT_OUTS_EXPORTED},
    "GET /admin/audit/export": {Act.AUDIT_EXPORTED},
}
COMMAND_ACTS: dict[str, set[Act]] = {
    "user.add": {Act.USER_ADDED},
    "number.add": {Act.NUMBER_ADDED, Act.NUMBER_CHANGED},
    "number.change": {Act.NUMBER_CHANGED},
    "send": {Act.MESSAGE_SENT},
    "messages.list": {Act.BODIES_SHOWN},
    "messages.show": {Act.BODIES_SHOWN},
    "reload": {Act.CONFIG_RELOADED},
    "carriers.try": {Act.CARRIER_TRIED},
    "carriers.hooks": {Act.HOOKS_SHOWN},
    "carriers.odd": {Act.BODIES_SHOWN},
    "retention.run": {Act.RETENTION_ASKED, Act.CLOCK_VOUCHED},
    "retention.hold": {Act.HOLD_ADDED},
    "retention.lift": {Act.HOLD_LIFTED},
}
ONLY_LOOK = {
    "status",
    "carriers.list",
    "carriers.tried",
    "carriers.hits",
    "plugins.list",
    "routes.explain",
    "retention.holds",
    "retention.show",
    "user.list",
    "number.list",
}
ONLY_ASK = {"POST /admin/ways"}  # what it asks about has no place in an address
BY_FILES = {Act.STORE_BACKED_UP, Act.STORE_RESTORED}  # `sidetone db` works on the files themselves


def test_every_endpoint_that_changes_by_an_admins_right_is_known() -> None:
    found = {
        f"{endpoint.method} {endpoint.path}"
        for endpoint in endpoints()
        if endpoint.right == "admin" and endpoint.method not in SAFE
    }
    assert found - ONLY_ASK == ENDPOINTS.keys()


def test_every_command_is_known() -> None:
    assert COMMANDS.keys() == COMMAND_ACTS.keys() | ONLY_LOOK
    assert not COMMAND_ACTS.keys() & ONLY_LOOK


def test_every_act_is_left_by_something() -> None:
    everywhere = [*ENDPOINTS.values(), *ELSE.values(), *COMMAND_ACTS.values(), BY_FILES]
    assert {act for acts in everywhere for act in acts} == set(Act)


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_ui_has_words_for_every_act(language: str) -> None:
    text = (ROOT / f"daemon/sidetone/web/static/js/strings/{language}-audit.js").read_text(encoding="utf-8")
    keys = {json.loads(key) for key in re.findall(r'^\s*("act\.[a-z_.]+"):', text, re.M)}
    assert keys == {f"act.{act}" for act in Act} | {f"act.{act.partition('.')[0]}" for act in Act}
