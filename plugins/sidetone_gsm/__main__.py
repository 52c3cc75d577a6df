"""`python -m sidetone_gsm`: the process that the daemon starts itself. Its setup comes as one line of JSON on stdin.

So no secret is in its arguments or environment; when stdin ends, the daemon has gone and so does the process.
"""

import json
import sqlite3
import sys
from pathlib import Path

from sidetone.plugin import BadConfig, Secret
from sidetone_gsm.process import FAILED, run
from sidetone_gsm.settings import Settings


def main() -> int:
    """Read the setup and serve; the exit code."""
    with open(0, "rb", buffering=0, closefd=False) as stdin:  # unbuffered: its end is waited for later
        setup = json.loads(stdin.readline())
    pin = setup["settings"]["pin"]
    values = setup["settings"] | {"pin": Secret(pin) if pin else None}
    try:
        return run(setup["name"], Settings(**values), Path(setup["data_dir"]), until_stdin_ends=True)
    except (BadConfig, OSError, sqlite3.Error) as error:
        sys.stderr.write(f"The process of the modem {setup['name']} cannot begin: {error}\n")
        return FAILED


if __name__ == "__main__":
    sys.exit(main())
