"""How a part of Sidetone is."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How a part of Sidetone is, as `/readyz` and the UI show it. Of a carrier: OK and DEGRADED are in use."""

    OFF = "off"
    STARTING = "starting"
    OK = "ok"
    DEGRADED = "degraded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Health:
    """A state and one sentence that a person understands, at most 300 characters; no secret, no phone number."""

    state: State
    sentence: str = ""
