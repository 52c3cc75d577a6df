"""For the tests of the house."""

from pathlib import Path

import pytest

from house.source import ROOT
from house.wheels import build_wheel


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sidetone's own wheel."""
    return build_wheel(ROOT, tmp_path_factory.mktemp("wheel"))
