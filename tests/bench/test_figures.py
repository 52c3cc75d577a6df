"""The arithmetic behind a line, and the cutting of frames."""

import pytest

from bench.figures import Goal, Sample, line, percentile, spread
from bench.wire import Frames


@pytest.mark.parametrize(("percent", "value"), [(0, 1), (1, 1), (50, 50), (99, 99), (99.5, 100), (100, 100)])
def test_a_percentile_is_a_value_that_occurred(percent: float, value: float) -> None:
    assert percentile(range(1, 101), percent) == value


def test_a_percentile_of_one_value_is_that_value() -> None:
    assert percentile([7.0], 99) == 7.0


def test_a_line_takes_the_median_of_the_ratios_and_not_the_ratio_of_the_medians() -> None:
    ours: list[Sample] = [{"rate": 10.0}, {"rate": 30.0}, {"rate": 6.0}]
    theirs: list[Sample] = [{"rate": 20.0}, {"rate": 30.0}, {"rate": 8.0}]
    found = line("speed", "rate", ("a", ours), ("b", theirs), Goal("at least", 0.75))
    assert found.ratio == spread([0.5, 1.0, 0.75])
    assert (found.ratio.median, found.ratio.min, found.ratio.max) == (0.75, 0.5, 1.0)
    assert found.goal == "at least 0.75"
    assert found.met is True
    assert found.targets["a"]["rate"].median == 10.0


@pytest.mark.parametrize(
    ("goal", "ratio", "met"),
    [
        (Goal("at least", 0.4), 0.4, True),
        (Goal("at least", 0.4), 0.39, False),
        (Goal("at most", 2.0), 2.0, True),
        (Goal("at most", 2.0), 2.1, False),
    ],
)
def test_a_goal_bounds_from_one_side(goal: Goal, ratio: float, met: bool) -> None:
    assert goal.met(ratio) is met


def _frame(payload: bytes) -> bytes:
    size = len(payload)
    if size < 126:
        return bytes((0x81, size)) + payload
    if size < 1 << 16:
        return b"\x81\x7e" + size.to_bytes(2, "big") + payload
    return b"\x81\x7f" + size.to_bytes(8, "big") + payload


@pytest.mark.parametrize("size", [0, 1, 125, 126, 300, 65_535, 65_536])
def test_frames_come_whole_wherever_the_stream_is_cut(size: int) -> None:
    payload = bytes(size)
    stream = _frame(payload) + _frame(b"next")
    for cut in {1, 2, 3, 5, 9, 11, size, len(stream) - 6, len(stream) - 1}:
        frames = Frames()
        got = frames.feed(stream[:cut]) + frames.feed(stream[cut:])
        assert got == [(1, payload), (1, b"next")]


def test_frames_come_whole_byte_by_byte() -> None:
    frames = Frames()
    got = [frame for byte in _frame(b"one") + _frame(bytes(200)) for frame in frames.feed(bytes([byte]))]
    assert got == [(1, b"one"), (1, bytes(200))]
