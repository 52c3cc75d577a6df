"""What the doctor says: one finding a line, the remedy under it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How a finding is meant; a `fault` makes `sidetone doctor` fail."""

    OK = "ok"
    NOTE = "note"
    WARNING = "warning"
    FAULT = "fault"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found about a topic, and what to do about it."""

    topic: str
    verdict: Verdict
    sentence: str
    remedy: str = ""

    def view(self) -> dict[str, str]:
        """The finding as an object for JSON."""
        return {
            "topic": self.topic,
            "verdict": self.verdict.value,
            "sentence": self.sentence,
            "remedy": self.remedy,
        }


Findings = Iterable[Finding]


def ok(topic: str, sentence: str) -> Finding:
    """It is well."""
    return Finding(topic, Verdict.OK, sentence)


def note(topic: str, sentence: str, remedy: str = "") -> Finding:
    """Worth knowing."""
    return Finding(topic, Verdict.NOTE, sentence, remedy)


def warning(topic: str, sentence: str, remedy: str) -> Finding:
    """It will hurt."""
    return Finding(topic, Verdict.WARNING, sentence, remedy)


def fault(topic: str, sentence: str, remedy: str = "") -> Finding:
    """It hurts."""
    return Finding(topic, Verdict.FAULT, sentence, remedy)


def ago(ms: int) -> str:
    """A span as people say it."""
    for unit, length in (("day", 86_400_000), ("hour", 3_600_000), ("minute", 60_000)):
        if abs(ms) >= 2 * length:
            return f"{abs(ms) // length} {unit}s"
    return f"{abs(ms) // 1000} seconds"


def size(count: int) -> str:
    """Bytes as people say them."""
    return f"{count / (1 << 30):.1f} GiB" if count >= 1 << 30 else f"{count >> 20} MiB"
