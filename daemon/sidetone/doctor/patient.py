"""What is looked at: a configuration, its folders, the daemon that may be running, and the store."""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from sidetone.config.fault import Fault
from sidetone.config.shapes import Config
from sidetone.control.carriers import DaemonStatus
from sidetone.store.examination import Facts
from sidetone.store.lock import STORE_FILE


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """`config` and `facts` are None where they cannot be read, `status` where no daemon answers.

    `now` is ms, UTC. `silent`: the daemon, or a command, has the folder and does not answer. `as_owner` makes this
    process its owner's for a while, if root looks.
    """

    file: Path
    config: Config | None
    faults: tuple[Fault, ...]
    status: DaemonStatus | None
    silent: str
    facts: Facts | None
    no_facts: str
    now: int
    as_owner: Callable[[], AbstractContextManager[None]]

    @property
    def settings(self) -> Config:
        """The configuration, for those who are asked only where there is one."""
        assert self.config is not None  # noqa: S101 - see `examine`
        return self.config

    @property
    def data_dir(self) -> Path:
        """The data folder."""
        return self.settings.server.data_dir

    @property
    def store(self) -> Path:
        """The store's file."""
        return self.data_dir / STORE_FILE

    def can(self, path: Path, mode: int) -> bool:
        """Whether Sidetone's user may; `mode` as for os.access."""
        with self.as_owner():
            return os.access(path, mode, effective_ids=True)
