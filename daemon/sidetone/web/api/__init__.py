"""The endpoints of the API, one file a resource."""

from sidetone.web.api import (
    activity,
    audit,
    blocks,
    carriers,
    contacts,
    conversations,
    events,
    handset,
    jobs,
    me,
    message_log,
    messages,
    numbers,
    opt_outs,
    overview,
    retention,
    search,
    session,
    sessions,
    setup,
    users,
)
from sidetone.web.routes import Endpoint

RESOURCES = (
    session,
    setup,
    me,
    blocks,
    users,
    numbers,
    opt_outs,
    retention,
    audit,
    overview,
    message_log,
    jobs,
    sessions,
    conversations,
    messages,
    contacts,
    search,
    activity,
    carriers,
    handset,
    events,
)


def endpoints() -> list[Endpoint]:
    """Every endpoint there is."""
    return [endpoint for resource in RESOURCES for endpoint in resource.routes.endpoints]
