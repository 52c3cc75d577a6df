"""The store for a command of its own: locked, made ready, opened, and closed again."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

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
    from sidetone.store.lock import STORE_FILE, DataLock

    data_dir = config.server.data_dir
    become_owner(data_dir)
    with DataLock(data_dir, "another sidetone command"):
        await asyncio.to_thread(migrate.prepare, data_dir / STORE_FILE)
        store = Store(data_dir / STORE_FILE, SystemClock())
        try:
            await store.open()
            yield store
        finally:
            await store.close()


def become_owner(folder: Path) -> None:
    """Where root works on somebody's data folder, go on as that somebody: what root makes there they could not open."""
    if os.geteuid() != 0 or not folder.exists():
        return
    owner = folder.stat()
    if owner.st_uid:
        os.setgroups([])
        os.setgid(owner.st_gid)
        os.setuid(owner.st_uid)
