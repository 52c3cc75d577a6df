"""The carrier's process: started, told when its receipts come, stopped by its own pid."""

import subprocess
from typing import Self

from bench.target import BenchError, bench_environment, end_with_the_bench, program

LATER = "0.05"
EARLY = "early"


class CarrierProcess:
    """A carrier that listens on loopback while it is entered. `receipts`: seconds after its answer, or `EARLY`."""

    def __init__(self, receipts: str = LATER) -> None:
        self._receipts = receipts
        self.pid = 0
        self.port = 0

    @property
    def base_url(self) -> str:
        """Its API's address, up to and with the version."""
        return f"http://127.0.0.1:{self.port}/restcomm/2012-04-24"

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            program("carrier.py", self._receipts),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=bench_environment(),
            preexec_fn=end_with_the_bench,
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self.__exit__()
            raise BenchError("the carrier did not start")
        self.pid, self.port = self._process.pid, int(line)
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._process.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
