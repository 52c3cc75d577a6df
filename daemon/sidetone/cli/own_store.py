"""The store for a command of its own: locked, made ready, opened, and closed again."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sidetone.store.lock import DataFolderUnusable

if TYPE_CHECKING:
    from sidetone.config.shapes import Config
    from sidetone.store.connection import Store


@asynccontextmanager
async def opened(config: "Config") -> AsyncIterator["Store"]:
    """The open store of the configuration's data folder.

    Raises DataFolderBusy while a daemon or another command has it, DataFolderUnusable, StoreError.
    """
    from sidetone.clock import SystemClock
    from sidetone.store import migrate
    from sidetone.store.connection import Store

    become_owner(config.server.data_dir)
    with locked(config) as path:
        await asyncio.to_thread(migrate.prepare, path)
        store = Store(path, SystemClock())
        try:
            await store.open()
            yield store
        finally:
            await store.close()


@contextmanager
def locked(config: "Config") -> Iterator[Path]:
    """The store's file while its folder belongs to us alone. Raises DataFolderBusy, DataFolderUnusable."""
    from sidetone.store.lock import STORE_FILE, DataLock

    with DataLock(config.server.data_dir, "another sidetone command"):
        yield config.server.data_dir / STORE_FILE


@contextmanager
def as_owner(folder: Path) -> Iterator[None]:
    """As `become_owner`, for a while: what is open already stays root's. Raises DataFolderUnusable."""
    owner = folder.stat() if os.geteuid() == 0 and folder.exists() else None
    if owner is None or not owner.st_uid:
        yield
        return
    groups, group = os.getgroups(), os.getegid()
    os.setgroups([])
    os.setegid(owner.st_gid)
    os.seteuid(owner.st_uid)
    try:
        _refuse_hidden_python(folder)
        yield
    finally:
        os.seteuid(0)
        os.setegid(group)
        os.setgroups(groups)


def become_owner(folder: Path) -> None:
    """Where root works on somebody's data folder, go on as that somebody: what root makes there they could not open.

    Raises DataFolderUnusable where that somebody cannot run this Python, which then cannot go on either.
    """
    if os.geteuid() != 0 or not folder.exists():
        return
    owner = folder.stat()
    if owner.st_uid:
        os.setgroups([])
        os.setgid(owner.st_gid)
        os.setuid(owner.st_uid)
        _refuse_hidden_python(folder)


def _refuse_hidden_python(folder: Path) -> None:
    if os.access(os.__file__, os.R_OK, effective_ids=True):
        return
    raise DataFolderUnusable(
        f"{folder} belongs to a user who may not read the Python that Sidetone runs with ({Path(os.__file__).parent}).",
        hint="Install Sidetone where everyone may read, such as /opt/sidetone, with a Python that everyone may run.",
    )
