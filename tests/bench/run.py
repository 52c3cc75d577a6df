"""`make bench`: takes measures and prints one line of JSON each.

Only ratios taken in one run mean anything: baseline and subject are started afresh and loaded in turn, round by round,
and the line gives the median of the rounds' ratios with its extremes, the goal, and whether it is met. `client_cpu`
near 1.0 means that the load was the limit and the rate beside it a lower bound; `others_cpu` well above 0.2 that the
machine was busy with something else and the run is worth repeating. The exit status is 0 when every measure
could be taken, whether or not its goal is met, else 1 with the reason in that measure's line.

The `stored_…` measures are of a store that has been in use, with a million messages in 10,000 conversations and their
index: how it starts and takes texts in beside an empty one, and what the last 50 of a conversation take beyond an empty
GET beside the same SQL in this process. Filling it takes some minutes, once a run; `--keep` spares the next run that.
`screen_…` is what a person at Chromium waits for with the same store: the list beside an empty page, a conversation beside
its API call alone, and the frames while 20,000 messages are scrolled back. `users_table` is the admin's table of 10,000
users beside its SQL.
`idle_sessions` is what each of a thousand signed-in screens that do nothing adds, of as many users.
"""

import argparse
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import msgspec

from bench.effort import Effort
from bench.measures import MEASURES, Measure
from bench.page import PageMeasure
from bench.screen import ScreenMeasure
from bench.stored_target import keeping
from bench.tables import TableMeasure
from bench.target import BenchError


def main(arguments: Sequence[str] | None = None) -> int:
    """Take the chosen measures; the answer is the exit status."""
    names = [measure.name for measure in MEASURES]
    parser = argparse.ArgumentParser(prog="make bench", description="Ratios of one run, a line of JSON for each.")
    parser.add_argument("--measure", action="append", choices=names, help="take only this one; may be repeated")
    parser.add_argument("--rounds", type=int, default=7, help="baseline and subject in turn, this often (default 7)")
    parser.add_argument("--seconds", type=float, default=3.0, help="counted seconds of each load (default 3)")
    parser.add_argument("--pin", action="store_true", help="every target on the first core, every load on the others")
    parser.add_argument(
        "--messages", type=int, default=1_000_000, help="in a store that has been in use (default 1000000)"
    )
    parser.add_argument("--sessions", type=int, default=1000, help="that do nothing (default 1000)")
    parser.add_argument("--keep", type=Path, help="keep filled stores in this folder and take them from there")
    parser.add_argument("--quick", action="store_true", help="one short round: shows that it works, measures nothing")
    chosen = parser.parse_args(arguments)
    effort = Effort(rounds=max(1, chosen.rounds), seconds=chosen.seconds, pin=chosen.pin)
    if chosen.quick:
        effort = Effort(rounds=1, seconds=0.2, warm_up=0.1, settle=0.0, pin=chosen.pin)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # an exception, so that whatever was started is stopped
    with keeping(chosen.keep) as kept:
        size = {"kept": kept, "messages": max(1, chosen.messages), "sessions": max(1, chosen.sessions)}
        effort = msgspec.structs.replace(effort, **size)
        taken = [_take(measure, effort) for measure in MEASURES if not chosen.measure or measure.name in chosen.measure]
    return 0 if all(taken) else 1


def _take(measure: Measure | PageMeasure | TableMeasure | ScreenMeasure, effort: Effort) -> bool:
    try:
        for line in measure.take(effort):
            print(msgspec.json.encode(line).decode(), flush=True)
    except BenchError as fault:
        print(msgspec.json.encode({"measure": measure.name, "error": str(fault)}).decode(), flush=True)
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
