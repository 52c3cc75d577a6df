"""The dashboard and the alerts of `contrib/` name metrics and labels that exist."""

import json
import re
from collections.abc import Iterator

import pytest
from prometheus_client import Metric

from house.source import ROOT
from sidetone.domain.health import State
from sidetone.domain.outcome import Accepted, Deferred, Outcome, Rejected, RejectKind, Unknown
from sidetone.domain.status import ReceiptStatus
from sidetone.metrics.meters import Meters
from web.site import Site

DASHBOARD = json.loads((ROOT / "contrib/grafana/sidetone.json").read_text(encoding="utf-8"))
RULES = (ROOT / "contrib/prometheus/sidetone.rules.yml").read_text(encoding="utf-8")
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
EXPRESSIONS = {
    **{
        f"{panel['title']} {target['refId']}": (target["expr"], target["legendFormat"])
        for panel in PANELS
        for target in panel["targets"]
    },
    **{
        re.findall(r"^\s+- alert: (\w+)$", block, re.M)[0]: (expr, block)
        for block in re.split(r"\n(?=      - alert: )", RULES)[1:]
        for expr in re.findall(r"^\s+expr: (.+)$", block, re.M)
    },
}
NAME = re.compile(r"\b((?:sidetone|process)_[a-z_]+|up)\b(?:\{([^}]*)\})?")
MATCHER = re.compile(r'(\w+)(?:=~|!~|!=|=)"([^"]*)"')
GROUPED = re.compile(r"\bby \(([^)]*)\)")
SHOWN = re.compile(r"\{\{ ?(?:\$labels\.)?(\w+) ?\}\}")
OUTSIDE = {"job", "instance"}  # given by Prometheus itself


def touch_everything(meters: Meters) -> None:
    """Let every counter have each of its labels' words once."""
    outcomes: list[Outcome] = [Accepted(), Deferred("x"), Unknown("x"), *map(Rejected, RejectKind)]
    for outcome in outcomes:
        meters.attempt("demo", outcome, 0)
    meters.attempt("demo", Deferred("x", whole_carrier=True), 0)
    meters.outbound("demo")
    meters.waited("demo", 0)
    meters.inbound("demo", stored=1, repeated=1, dropped=1, misunderstood=1)
    meters.stored("demo", 0, [0])
    meters.pushed("demo", 0)
    meters.shown("demo", 0)
    meters.receipts("demo", list(ReceiptStatus))
    meters.webhook("demo")
    meters.refused("demo", "not-proven")


@pytest.fixture
async def known(site: Site) -> dict[str, list[dict[str, str]]]:
    """The labels of every sample, by the sample's name."""
    touch_everything(site.meters)
    site.parts.set("a", State.FAILED)
    assert (await site.anyone.get("/metrics")).status == 200
    found: dict[str, list[dict[str, str]]] = {"up": [{}]}
    for sample_name, labels in samples(site.meters):
        found.setdefault(sample_name, []).append(labels)
    return found


def samples(meters: Meters) -> Iterator[tuple[str, dict[str, str]]]:
    family: Metric
    for family in meters.registry.collect():
        for sample in family.samples:
            yield sample.name, sample.labels


async def test_each_name_label_and_word_exists(known: dict[str, list[dict[str, str]]]) -> None:
    assert len(EXPRESSIONS) > 35
    for place, (expression, shown) in EXPRESSIONS.items():
        names = NAME.findall(expression)
        assert names, place
        labels = {label for name, _ in names for each in known[name] for label in each} | OUTSIDE
        for name, matchers in names:
            for label, wanted in MATCHER.findall(matchers):
                assert label in labels, place
                words = {each.get(label) for each in known[name]}
                assert label in OUTSIDE or wanted == "" or set(wanted.split("|")) <= words, f"{place}: {wanted}"
        grouped = {label.strip() for group in GROUPED.findall(expression) for label in group.split(",")}
        assert grouped <= labels, place
        left = (grouped or labels) - {"le"}
        assert set(SHOWN.findall(shown)) <= left, place


async def test_every_metric_of_ours_is_on_the_dashboard(known: dict[str, list[dict[str, str]]]) -> None:
    drawn = {name for expression, _ in EXPRESSIONS.values() for name, _ in NAME.findall(expression)}
    families = {re.sub(r"_(bucket|sum|count)$", "", name) for name in drawn}
    ours = {re.sub(r"_(bucket|sum|count)$", "", name) for name in known if name.startswith("sidetone_")}
    assert ours - families == {"sidetone_store_answers"}


def test_a_histogram_is_asked_for_with_its_bounds() -> None:
    for place, (expression, _) in EXPRESSIONS.items():
        assert ("histogram_quantile" in expression) == ("_bucket" in expression), place
        assert "histogram_quantile" not in expression or re.search(r"by \((.*, )?le\)", expression), place
        assert not re.search(r"(?<!rate\()(?<!increase\()sidetone_\w+_total", expression), place


def test_the_dashboard_is_whole() -> None:
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
    for panel in PANELS:
        assert panel["description"].endswith("."), panel["title"]
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        assert panel["datasource"]["uid"] == "${source}"
    variables = {variable["name"] for variable in DASHBOARD["templating"]["list"]}
    assert set(re.findall(r"\$\{?([a-z]\w*)", json.dumps(PANELS))) <= variables


def test_each_alert_says_how_bad_it_is_and_what_to_do() -> None:
    blocks = re.split(r"\n(?=      - alert: )", RULES)[1:]
    assert len(blocks) > 10
    for block in blocks:
        assert re.search(r"^        labels: \{severity: (critical|warning)\}$", block, re.M), block
        assert re.search(r'^          summary: ("[^"]+\."|[^"{\n:]+\.)$', block, re.M), block
        assert re.search(r"^          remedy: [^\"{\n:]+$", block, re.M), block
        assert len(re.findall(r"^        expr: ", block, re.M)) == 1


def test_the_admin_guide_lists_every_metric_with_its_labels() -> None:
    guide = (ROOT / "docs/admin-guide.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"`(sidetone_[a-z_]+)(?:\{([a-z, ]+)\})?`", guide))
    meters = Meters()
    touch_everything(meters)
    counted = {
        re.sub(r"_(bucket|sum|count)$", "", name): set(labels) - {"le"}
        for name, labels in samples(meters)
        if name.startswith("sidetone_")
    }
    assert counted.items() <= {name: set(filter(None, labels.split(", "))) for name, labels in told.items()}.items()
