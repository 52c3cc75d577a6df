"""Imports each module named on the command line in a fresh fork, and prints the faults of those that fail.

What the modules need from outside is imported once, before the first fork, so that a hundred modules cost little.
Usage: `import_each.py THIRD_PARTY[,…] MODULE…`
"""

import importlib
import os
import sys
import traceback


def main(third_party: list[str], modules: list[str]) -> int:
    """Return how many modules cannot be imported on their own."""
    for name in third_party:
        importlib.import_module(name)
    return sum(fails(name) for name in modules)


def fails(name: str) -> bool:
    """Whether importing `name` in a child of this process fails; the child says why."""
    child = os.fork()
    if not child:
        try:
            importlib.import_module(name)
        except BaseException:  # noqa: BLE001 - whatever a module does on import, the answer is an exit status
            print(f"{name}:\n{traceback.format_exc(limit=-3)}", flush=True)
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1] != 0


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1].split(","), sys.argv[2:]), 100))
