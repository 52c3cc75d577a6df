"""Where tests keep their files: in the machine's memory, where it has room.

What reaches a disk, and when, is proven by the calls that are made. A disk that takes its time over each of them would
only make every other test wait. `TMPDIR` decides where it is set. The root conftest calls this before any test begins.
"""

import os
import tempfile
from pathlib import Path

_MEMORY = Path("/dev/shm")
_ROOM = 2 << 30  # bytes: many times what a run needs, and more than containers are given unasked


def keep_in_memory() -> None:
    """Have this process and those it starts make their temporary files there."""
    if "TMPDIR" not in os.environ and _has_room():
        os.environ["TMPDIR"] = tempfile.tempdir = str(_MEMORY)


def _has_room() -> bool:
    try:
        about = os.statvfs(_MEMORY)
    except OSError:
        return False
    runs_programs = not about.f_flag & os.ST_NOEXEC
    return runs_programs and about.f_bavail * about.f_frsize >= _ROOM and os.access(_MEMORY, os.W_OK)
