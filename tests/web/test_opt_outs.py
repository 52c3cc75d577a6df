"""The opt-out list over HTTP: refusals with words, the export that a spreadsheet can open, and live screens."""

import csv
import io

from sidetone.web.csv_text import csv_line
from web.site import API, OWN, PHONE, Site


async def test_a_text_to_who_has_opted_out_is_refused_with_who_and_when(site: Site) -> None:
    ada, root = await site.someone("ada"), await site.someone("root", "admin")
    await site.number("ada", OWN)
    talk = (await ada.post(f"{API}/conversations", {"kind": "sms", "to": PHONE})).json["id"]
    made = await root.post(f"{API}/opt-outs", {"party": PHONE, "number": OWN, "wording": "by letter"})
    again = await root.post(f"{API}/opt-outs", {"party": PHONE, "number": OWN})
    assert (made.status, again.status, again.json["id"]) == (201, 200, made.json["id"])
    refused = await ada.post(f"{API}/conversations/{talk}/messages", {"body": "hello"})
    assert (refused.status, refused.code) == (409, "opted-out")
    assert refused.json["detail"].startswith("root noted that the recipient wants no texts from this number on ")
    assert (await ada.get(f"{API}/conversations/{talk}")).json["opted_out"] is True
    lifted = await root.ask("DELETE", f"{API}/opt-outs/{made.json['id']}?why=agreed")
    assert lifted.status == 204
    assert (await ada.post(f"{API}/conversations/{talk}/messages", {"body": "hello"})).status == 202
    (history,) = (await root.get(f"{API}/opt-outs?state=lifted")).json["items"]
    assert (history["lift_wording"], history["lifted_by"]["name"]) == ("agreed", "root")


async def test_the_export_is_csv_with_the_whole_history(site: Site) -> None:
    root = await site.someone("root", "admin")
    await site.number("root", OWN)
    for body in (
        {"party": PHONE, "wording": '=HYPERLINK("http://evil")'},
        {"party": "72345", "number": OWN, "wording": "said, “no”"},
    ):
        await root.post(f"{API}/opt-outs", body)
    reply = await root.get(f"{API}/opt-outs/export")
    assert reply.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "opt-outs.csv" in reply.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(reply.body.decode(), newline="")))
    assert [(row["party"], row["number"], row["wording"], row["made_by"]) for row in rows] == [
        ("72345", OWN, "said, “no”", "root"),
        (PHONE, "company", '\'=HYPERLINK("http://evil")', "root"),
    ]


def test_no_cell_is_a_formula() -> None:
    assert csv_line(["+4915112345678", "+1+1", "-1", "@x", "=1", "\tx", None, 'a"b', "c,d", "e\nf", "ü"]) == (
        '+4915112345678,\'+1+1,\'-1,\'@x,\'=1,\'\tx,,"a""b","c,d","e\nf",ü\r\n'
    )


async def test_a_list_is_brought_in_and_its_faults_are_told_by_row(site: Site) -> None:
    root = await site.someone("root", "admin")
    rows = [{"party": PHONE}, {"party": "x"}, {"party": PHONE, "number": "+4930901820199"}]
    reply = await root.post(f"{API}/opt-outs/import", {"rows": rows})
    assert (reply.status, reply.json["added"], reply.json["known"]) == (200, 1, 0)
    assert [row["row"] for row in reply.json["refused"]] == [2, 3]
    assert (await root.post(f"{API}/opt-outs/import", {"rows": rows[:1] * 501})).status == 422


async def test_only_admins_see_it(site: Site) -> None:
    sue = await site.someone("sue", "supervisor")
    for path in ("/opt-outs", "/opt-outs/export"):
        assert (await sue.get(API + path)).status == 403


async def test_a_block_hides_and_shows_again(site: Site) -> None:
    ada = await site.someone("ada")
    await site.number("ada", OWN)
    made = await ada.post(f"{API}/me/blocks", {"party": PHONE})
    assert (made.status, made.json["party"]["display"]) == (201, "01511 2345678")
    assert (await ada.post(f"{API}/me/blocks", {"party": PHONE})).status == 200
    sent = await (await site.someone("root", "admin")).post(
        f"{API}/handset/demo/phones/{PHONE}/messages", {"to": OWN, "body": "buy now"}
    )
    assert sent.status < 300
    assert (await ada.get(f"{API}/conversations")).json["items"] == []
    assert (await ada.ask("DELETE", f"{API}/me/blocks/{made.json['id']}")).status == 204
    (shown,) = (await ada.get(f"{API}/conversations")).json["items"]
    assert (shown["last_message"]["body"], shown["unread"], shown["blocked"]) == ("buy now", 1, False)
