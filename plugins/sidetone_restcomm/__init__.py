"""Sends and receives texts through Restcomm, Twilio, SignalWire, and servers that speak as they do."""

from sidetone.plugin import Context, hookimpl
from sidetone_restcomm.carrier import RestcommCarrier
from sidetone_restcomm.settings import Settings

api = (1, 0)


@hookimpl
def sidetone_carrier(context: Context) -> RestcommCarrier:
    """Build the carrier of one account; raises BadConfig for settings that cannot work or are not safe."""
    return RestcommCarrier(context.settings(Settings), context)
