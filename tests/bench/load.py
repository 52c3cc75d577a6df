"""The load: a carrier that texts in, or a person who texts out, and a screen that sees, in a process of its own.

A message is on its way until its request is answered and its event has come over the WebSocket. The closed loop keeps
a fixed number on their way; the open loop sends each when it is due, so a server that stalls is charged for everyone
who had to wait. Reads a `Plan` as JSON on stdin, prints a `Report` as JSON.
"""

import asyncio
import gc
import os
import sys
import threading
import time
from collections import deque
from functools import partial
from typing import NamedTuple

import msgspec
import psutil
import uvloop

from bench.figures import percentile
from bench.plan import Plan, Report
from bench.texts import Texts, TextsIn, TextsOut
from bench.wire import Caller, WireError, open_callers, open_screens

_OPEN_CALLERS = 32
_now = time.perf_counter


class LoadError(Exception):
    """The load was not carried as it should: the sentences say what was refused, lost or doubled."""


class Mark(NamedTuple):
    """A moment of the load: when, and the CPU seconds up to it of the load, the target, its carrier and the machine."""

    at: float
    client: float
    server: float
    carrier: float
    machine: float


class Load:
    """The ledger of one load: when each message was due, sent, answered and seen (seconds, 0.0 for not yet)."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._texts: Texts = TextsOut(plan.access) if plan.access.conversations else TextsIn(plan.access)
        self._server = psutil.Process(plan.access.pid)
        carrier = plan.access.carrier_pid
        self._carrier = None if carrier is None else psutil.Process(carrier)
        self._free: deque[Caller] = deque()
        self._waiting: deque[int] = deque()
        self._due: list[float] = []
        self._sent: list[float] = []
        self._answered: list[float] = []
        self._seen: list[float] = []
        self._complete = 0
        self._offering = True
        self._faults: list[str] = []
        self._loop = asyncio.get_running_loop()
        self._drained: asyncio.Future[None] = self._loop.create_future()

    async def run(self) -> Report:
        """Connect, load, drain, report. Raises WireError without a connection, LoadError for a message gone astray."""
        access = self._plan.access
        callers_wanted = self._plan.outstanding if self._plan.rate is None else _OPEN_CALLERS
        screens = await open_screens(access, 1, self._on_text, self._on_loss)
        callers = await open_callers(access, callers_wanted, self._on_loss)
        self._free.extend(callers)
        gc.freeze()
        gc.disable()
        try:
            start, stop = await self._window()
            await self._drain()
        finally:
            gc.enable()
            gc.unfreeze()
            for caller in callers:
                caller.close()
            for screen in screens:
                screen.close()
        if self._faults:
            raise LoadError("; ".join(self._faults[:5]))
        return self._report(start, stop)

    def offer(self, due: float) -> None:
        """A message is due: send it now, or with the next free connection."""
        sequence = len(self._due)
        self._due.append(due)
        self._sent.append(0.0)
        self._answered.append(0.0)
        self._seen.append(0.0)
        if self._free:
            self._send(sequence, self._free.popleft())
        else:
            self._waiting.append(sequence)

    async def _window(self) -> tuple[Mark, Mark]:
        """Offer messages through the warm-up and the counted window; the marks are the window's ends."""
        begin = _now()
        pacer = None
        if self._plan.rate is None:
            for _ in range(self._plan.outstanding):
                self.offer(_now())
        else:
            pacer = threading.Thread(target=self._pace, args=(begin, self._plan.rate), daemon=True)
            pacer.start()
        await self._until(begin + self._plan.warm_up)
        start = self._mark()
        await self._until(start.at + self._plan.seconds)
        stop = self._mark()
        if pacer is not None:
            pacer.join()
            await asyncio.sleep(0)  # what the pacer offered last
        self._offering = False
        return start, stop

    async def _until(self, moment: float) -> None:
        """Wait for a moment, or for the fault that makes waiting pointless."""
        await asyncio.wait([self._drained], timeout=max(0.0, moment - _now()))

    def _pace(self, begin: float, rate: float) -> None:
        """Offer on time from a thread of its own: the loop's timers only know whole milliseconds."""
        for number in range(int(rate * (self._plan.warm_up + self._plan.seconds))):
            due = begin + number / rate
            time.sleep(max(0.0, due - _now()))
            if self._drained.done():
                return
            self._loop.call_soon_threadsafe(self.offer, due)

    async def _drain(self) -> None:
        if self._complete < len(self._due):
            await asyncio.wait([self._drained], timeout=self._plan.drain)
        missing = len(self._due) - self._complete
        if missing:
            self._faults.append(f"{missing} of {len(self._due)} messages were not answered or not seen")

    def _send(self, sequence: int, caller: Caller) -> None:
        self._sent[sequence] = _now()
        caller.post(self._texts.request(sequence), partial(self._on_answer, sequence, caller))

    def _on_answer(self, sequence: int, caller: Caller, status: int) -> None:
        self._answered[sequence] = _now()
        if status != self._texts.status:
            self._on_loss(WireError(f"{self._texts.asked} was answered {status}"))
            return
        if self._waiting:
            self._send(self._waiting.popleft(), caller)
        else:
            self._free.append(caller)
        if self._seen[sequence]:
            self._on_complete()

    def _on_text(self, frame: bytes) -> None:
        sequence = self._texts.sequence(frame)
        if sequence is None:
            return
        if self._seen[sequence]:
            if self._texts.told_once:
                self._faults.append(f"message {sequence} was announced twice")
            return
        self._seen[sequence] = _now()
        if self._answered[sequence]:
            self._on_complete()

    def _on_complete(self) -> None:
        self._complete += 1
        if not self._offering:
            if self._complete == len(self._due) and not self._drained.done():
                self._drained.set_result(None)
        elif self._plan.rate is None:
            self.offer(_now())

    def _on_loss(self, fault: WireError) -> None:
        self._faults.append(str(fault))
        if not self._drained.done():
            self._drained.set_result(None)

    def _mark(self) -> Mark:
        server = 0.0
        for process in (self._server, *self._server.children(recursive=True)):
            server += _cpu(process)
        carrier = _cpu(self._carrier) if self._carrier else 0.0
        cores = psutil.cpu_times()
        return Mark(_now(), time.process_time(), server, carrier, sum(cores) - cores.idle - cores.iowait)

    def _report(self, start: Mark, stop: Mark) -> Report:
        everything = range(len(self._due))
        if self._plan.rate is None:
            counted = [n for n in everything if start.at <= max(self._answered[n], self._seen[n]) < stop.at]
        else:
            counted = [n for n in everything if start.at <= self._due[n]]
        if not counted:
            raise LoadError("no message came through within the window")
        span = stop.at - start.at
        client, server, carrier = stop.client - start.client, stop.server - start.server, stop.carrier - start.carrier
        machine = stop.machine - start.machine

        def spread(moments: list[float]) -> tuple[float, float]:
            late = sorted((moments[n] - self._due[n]) * 1000 for n in counted)
            return percentile(late, 50), percentile(late, 99)

        seen, answered, sent = spread(self._seen), spread(self._answered), spread(self._sent)
        return Report(
            per_second=len(counted) / span,
            seen_p50=seen[0],
            seen_p99=seen[1],
            answered_p50=answered[0],
            answered_p99=answered[1],
            sent_late_p50=sent[0],
            sent_late_p99=sent[1],
            client_cpu=client / span,
            server_cpu=server / span,
            carrier_cpu=carrier / span,
            others_cpu=max(0.0, machine - client - server - carrier) / span,
            server_us=server * 1e6 / len(counted),
        )


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


async def run(plan: Plan) -> Report:
    """One load against a running target."""
    return await Load(plan).run()


def main() -> None:
    """Read the plan, print the report; a load that failed ends with a sentence on stderr."""
    plan = msgspec.json.decode(sys.stdin.buffer.read(), type=Plan)
    if plan.cores:
        os.sched_setaffinity(0, plan.cores)
    try:
        report = uvloop.run(run(plan))
    except (LoadError, WireError, OSError, TimeoutError) as fault:
        sys.exit(f"{type(fault).__name__}: {fault}")
    print(msgspec.json.encode(report).decode())


if __name__ == "__main__":
    main()
