"""An empty store for tests of what is done with one: made once, and copied from then on."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sidetone.store.migrate import prepare


def put_blank(path: Path) -> None:
    """What `prepare` makes at a path where no store has been; each copy has the same secrets."""
    path.touch(mode=0o600)
    path.write_bytes(_blank())
    path.with_name(f"{path.name}.made").touch(mode=0o600)


@cache
def _blank() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "blank.db"
        prepare(path)
        return path.read_bytes()
