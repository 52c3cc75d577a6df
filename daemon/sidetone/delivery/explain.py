"""Which way a message would go now, and why: for whoever writes routes."""

from sidetone.delivery.ways import Ways
from sidetone.domain.phone import country_of, parse_number, parse_party
from sidetone.domain.route import Asked, Way, misfit
from sidetone.domain.segments import segment
from sidetone.errors import NotFound
from sidetone.store import numbers
from sidetone.store.connection import Store
from sidetone.views import RouteAsk, RouteCarrier, RouteView, SkippedRoute


async def explain(store: Store, ways: Ways, ask: RouteAsk, country: str) -> RouteView:
    """The route that fits, each of its carriers with why it is taken or not. Raises NotFound, InvalidNumber."""
    e164 = parse_number(ask.sender, country)
    number_id = await store.read(numbers.find, e164)
    if number_id is None:
        raise NotFound(f"{e164} is not a number of ours.", hint="See: sidetone number list.")
    row = await store.read(numbers.one, number_id)
    party = parse_party(ask.to, country_of(e164) or country)
    parts = len(segment(ask.body).parts)
    asked = Asked(number=e164, home=row["carrier"], party=party, segments=parts, at=ways.at)
    way = ways.way(asked)
    chosen = ways.taken(way, asked)
    names = way.carriers if chosen in way.carriers else (*way.carriers, chosen)
    return RouteView(
        sender=e164,
        to=party.value,
        segments=parts,
        route=way.rule,
        skipped=_skipped(ways, way, asked),
        carriers=[_carrier(ways, way, asked, name, chosen) for name in names],
    )


_FAILED = {
    "trial": "it failed, and the next text finds out whether it is back",
    "paused": "it failed, and is left alone for a moment",
}


def _skipped(ways: Ways, way: Way, asked: Asked) -> list[SkippedRoute]:
    """The routes that were looked at before the one that fits."""
    found = []
    for rule in ways.rules:
        if rule.name == way.rule:
            break
        found.append(SkippedRoute(route=rule.name, why=misfit(rule, asked)))
    return found


def _carrier(ways: Ways, way: Way, asked: Asked, name: str, chosen: str) -> RouteCarrier:
    refusal = ways.refusal(name, way, asked)
    if refusal:
        why = refusal
    elif name in ways.able and not ways.works(name, way):
        why = "it takes texts, and no receipts come for them"
    elif name in ways.able:
        slow = ", and texts wait too long for it" if ways.slow(name, way) else ""
        why = f"it works{slow}" if name == chosen or slow else "it works and stands further back"
    else:
        why = _FAILED.get(ways.standing(name), "it does not work now")
        if name == chosen:
            why = f"{why}; no carrier of the route works, so the text waits for this one"
    leaves_from = ways.own_numbers.get(name, asked.number)
    return RouteCarrier(name=name, taken=name == chosen, why=why, number=leaves_from)
