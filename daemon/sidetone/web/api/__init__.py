"""The endpoints of the API, one file a resource."""

from sidetone.web.api import contacts, conversations, events, handset, me, messages, numbers, session, setup, users
from sidetone.web.routes import Endpoint

RESOURCES = (session, setup, me, users, numbers, conversations, messages, contacts, handset, events)


def endpoints() -> list[Endpoint]:
    """Every endpoint there is."""
    return [endpoint for resource in RESOURCES for endpoint in resource.routes.endpoints]
