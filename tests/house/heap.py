"""Python's search for garbage, kept from what stays for the whole run: the tests themselves and all that they import.

Every full search would go through millions of objects that no test lets go of. The root conftest loads this as a plugin.
"""

import gc
from collections.abc import Generator

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is there when the tests have been found is never looked through again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()
