"""Sends and receives texts through Example Telecom's HTTP API."""

from sidetone.plugin import Context, hookimpl
from sidetone_example.carrier import ExampleCarrier
from sidetone_example.settings import Settings

api = (1, 0)  # of Sidetone's plugin API


@hookimpl
def sidetone_carrier(context: Context) -> ExampleCarrier:
    """Build the carrier of one section; raises BadConfig for settings that cannot work."""
    return ExampleCarrier(context.settings(Settings), context)
