"""What `sidetone modem …` calls: `sidetone.cli.modem` has read the configuration by then. No output but by return."""

from pathlib import Path

from sidetone_gsm.settings import Settings, check

__all__ = ["Settings", "serve"]


def serve(name: str, settings: Settings, data_dir: Path) -> int:
    """Own the modem of one section until a signal ends it; the exit code. Raises BadConfig and OSError."""
    check(settings)
    raise NotImplementedError
