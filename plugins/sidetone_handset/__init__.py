"""Virtual mobile phones: a carrier that reaches no network, for demos, tests and whoever tries before paying."""

from sidetone.plugin import Context, hookimpl
from sidetone_handset.carrier import HandsetCarrier
from sidetone_handset.settings import Settings

api = (1, 0)


@hookimpl
def sidetone_carrier(context: Context) -> HandsetCarrier:
    """Build the phones of one section; raises BadConfig for phones that are none."""
    return HandsetCarrier(context.settings(Settings), context)
