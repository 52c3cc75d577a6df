"""The examination: what an expert would look at, in that order."""

from collections.abc import Callable, Iterator

import structlog

from sidetone.doctor import house, store, ways
from sidetone.doctor.finding import Finding, Findings, Verdict, fault
from sidetone.doctor.patient import Patient
from sidetone.domain.fault import SidetoneError

log = structlog.get_logger("doctor")

CHECKS: tuple[Callable[[Patient], Findings], ...] = (
    house.modes,
    house.daemon,
    house.disk,
    store.store,
    store.clock,
    ways.port,
    ways.public_url,
    house.parts,
    ways.carriers,
    ways.mail,
    store.backups,
)


def examine(patient: Patient) -> Iterator[Finding]:
    """Every finding, in order. A check that fails is a finding of its own, and the others go on."""
    yield from house.configuration(patient)
    if patient.config is None:
        yield Finding("the rest", Verdict.UNKNOWN, "Not looked at: it needs a configuration that can be read.")
        return
    for check in CHECKS:
        try:
            yield from list(check(patient))
        except SidetoneError as error:
            yield fault(check.__name__.replace("_", " "), str(error))
        except OSError as error:
            place = f"{error.filename}: " if error.filename else ""
            yield Finding(check.__name__.replace("_", " "), Verdict.UNKNOWN, f"{place}{error.strerror or 'no answer'}.")
        except Exception as error:
            log.exception("a check failed", kind=type(error).__name__)
            words = f"This could not be looked at ({type(error).__name__}). Please report it."
            yield Finding(check.__name__.replace("_", " "), Verdict.UNKNOWN, words)
