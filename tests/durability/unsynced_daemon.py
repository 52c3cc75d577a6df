"""The command `sidetone` with a store that does not sync. Only to show that the test of the order sees the difference."""

from sidetone.cli.main import main
from sidetone.store import connection

WITH, WITHOUT = "synchronous=FULL", "synchronous=OFF"

if __name__ == "__main__":
    assert WITH in connection.WRITER_PRAGMAS, "the writer is set up in another way now"
    unsynced = tuple(WITHOUT if pragma == WITH else pragma for pragma in connection.WRITER_PRAGMAS)
    connection.WRITER_PRAGMAS = unsynced  # type: ignore[assignment]  # as many as before
    main()
