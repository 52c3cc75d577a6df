"""What `sidetone modem …` calls: `sidetone.cli.modem` has read the configuration by then. No output but by return."""

from pathlib import Path

from sidetone_gsm.process import run
from sidetone_gsm.settings import Settings

__all__ = ["Settings", "serve"]


def serve(name: str, settings: Settings, data_dir: Path) -> int:
    """Own the modem of one section until a signal ends it; the exit code.

    Raises BadConfig, OSError when another process has it, and sqlite3.Error.
    """
    return run(name, settings, data_dir)
