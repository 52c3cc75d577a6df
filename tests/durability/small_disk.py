"""A disk of a few megabytes that can be filled to the last byte, and emptied again."""

import os
import subprocess
from pathlib import Path

SIZE = "16m"
_CHUNK = 64 * 1024


class SmallDisk:
    """A tmpfs on `path`; `filled` and `freed` as often as needed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._ballast = path / "ballast"

    def mounted(self) -> bool:
        """Mount it; False where that is not permitted."""
        self.path.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=700", "tmpfs", str(self.path)]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    def unmount(self) -> None:
        """Take it away with all that is on it, also while someone has files open there."""
        subprocess.run(["umount", "--lazy", str(self.path)], check=True)

    def fill(self, *, leave: int = 0) -> None:
        """Leave so many bytes."""
        with self._ballast.open("ab", buffering=0) as file:
            piece = _CHUNK
            while piece:
                try:
                    while os.write(file.fileno(), b"\0" * piece) == piece:
                        pass
                except OSError:
                    pass
                piece //= 2
            file.truncate(file.tell() - leave)

    def free(self) -> None:
        """Give the room back."""
        self._ballast.unlink()
