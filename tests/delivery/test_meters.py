"""What is counted of the texts that go out."""

from random import Random

from delivery.stage import Stage
from sidetone.delivery.engine import Engine
from sidetone.domain.outcome import Deferred, Rejected, RejectKind
from sidetone.metrics.meters import Meters


async def test_a_text_waits_once_and_each_attempt_counts(stage: Stage) -> None:
    ada = await stage.people()
    meters = Meters(stage.clock)
    engine = Engine(stage.store, stage.clock, stage.parts, stage.terms, Random(1), meters=meters)
    await engine.start()
    stage.carrier.in_turn(Deferred("busy", after=1), Rejected(RejectKind.RECIPIENT))
    await stage.text(ada)
    await stage.passes(3)
    engine.open(stage.carrier)
    await stage.passes(20)

    def sample(name: str, **labels: str) -> float | None:
        return meters.registry.get_sample_value(name, {"carrier": "main", **labels})

    assert sample("sidetone_attempts_total", outcome="deferred", kind="") == 1
    assert sample("sidetone_attempts_total", outcome="rejected", kind="recipient") == 1
    assert sample("sidetone_outbound_stage_seconds_sum", stage="queue") == 3
    assert sample("sidetone_outbound_stage_seconds_count", stage="queue") == 1
    assert sample("sidetone_outbound_stage_seconds_count", stage="carrier") == 2
    await engine.stop()
