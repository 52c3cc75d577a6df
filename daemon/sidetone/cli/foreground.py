"""The daemon in the foreground: started, announced, and stopped cleanly by a signal."""

import asyncio
import faulthandler
import gc
import signal
import sys
from collections.abc import Callable
from contextlib import suppress

import uvloop

from sidetone import log
from sidetone.app import App, Outside
from sidetone.config.shapes import Config

SIGNALS = (signal.SIGTERM, signal.SIGINT)
YOUNG = 10_000  # objects made before the collector looks; Python's own 700 costs a twelfth of the time of a busy daemon


def serve(config: Config, reread: Callable[[], Config], *, note: str = "") -> None:
    """Run until a signal asks to stop; returns after a clean stop.

    `reread` reads the configuration anew, for SIGHUP and `sidetone reload`. `note` is told on a terminal before it is
    ready. Raises what keeps the daemon from starting: ConfigError, DataFolderBusy, StoreError, CannotListen;
    and StoreDamaged when the store turns out to be.
    """
    faulthandler.enable()  # where it hung, without a word of what it held, when systemd's watchdog ends it
    written = log.configure(config.log)
    app = App(config, Outside(reread=reread, relog=written.change))
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(app, note))
    finally:
        written.close()


async def _serve(app: App, note: str) -> None:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(log.task_failed)
    running = asyncio.current_task()
    assert running is not None  # noqa: S101 - a coroutine runs in a task
    asked: list[bool] = []

    def stop(*, started: bool) -> None:
        if not asked:  # the first signal is enough, and a clean stop takes bounded time
            asked.append(True)
            app.end() if started else running.cancel()

    _on_signals(loop, app, lambda: stop(started=False))
    try:
        async with app:
            _on_signals(loop, app, lambda: stop(started=True))
            gc.freeze()  # what was built lives as long as the process: no need to look at it ever again
            gc.set_threshold(YOUNG)
            _announce(app, note)
            await app.wait()
    except asyncio.CancelledError:
        if not asked:
            raise


def _on_signals(loop: asyncio.AbstractEventLoop, app: App, stop: Callable[[], None]) -> None:
    for number in SIGNALS:
        loop.add_signal_handler(number, stop)
    on_terminal = _on_terminal()

    def hang_up() -> None:
        """A terminal that is closed takes its daemon along; else the signal means what it means to a service."""
        if on_terminal and not _on_terminal():
            stop()
        else:
            app.reload()

    loop.add_signal_handler(signal.SIGHUP, hang_up)


def _on_terminal() -> bool:
    return sys.stdin is not None and not sys.stdin.closed and sys.stdin.isatty()


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
