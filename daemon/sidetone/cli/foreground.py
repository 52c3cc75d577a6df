"""The daemon in the foreground: started, announced, and stopped cleanly by a signal."""

import asyncio
import signal
import sys
from collections.abc import Callable
from contextlib import suppress

import uvloop

from sidetone import log
from sidetone.app import App
from sidetone.config.shapes import Config

SIGNALS = (signal.SIGTERM, signal.SIGINT)


def serve(config: Config, *, note: str = "") -> None:
    """Run until a signal asks to stop; returns after a clean stop. `note` is told on a terminal before it is ready.

    Raises what keeps the daemon from starting: ConfigError, DataFolderBusy, StoreError, CannotListen.
    """
    writer = log.configure(config.log)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(config, note))
    finally:
        writer.close()


async def _serve(config: Config, note: str) -> None:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(log.task_failed)
    running = asyncio.current_task()
    assert running is not None  # noqa: S101 - a coroutine runs in a task
    app = App(config)
    asked: list[bool] = []

    def stop(*, started: bool) -> None:
        if not asked:  # the first signal is enough, and a clean stop takes bounded time
            asked.append(True)
            app.end() if started else running.cancel()

    _on_signals(loop, lambda: stop(started=False))
    try:
        async with app:
            _on_signals(loop, lambda: stop(started=True))
            _announce(app, note)
            await app.wait()
    except asyncio.CancelledError:
        if not asked:
            raise


def _on_signals(loop: asyncio.AbstractEventLoop, call: Callable[[], None]) -> None:
    for number in SIGNALS:
        loop.add_signal_handler(number, call)


def _announce(app: App, note: str) -> None:
    """Say on stdout that it is up; what is secret only to a person."""
    lines = [f"Sidetone is ready at {app.url}"]
    if sys.stdout.isatty():
        if note:
            lines.insert(0, note)
        if app.setup_link:
            lines.insert(0, f"Make the first admin at {app.setup_link}")
    with suppress(OSError):  # nobody reads: that is no reason not to serve
        sys.stdout.write("".join(f"{line}\n" for line in lines))
        sys.stdout.flush()
