"""For all tests of plugins."""

import pytest
from hypothesis import settings

for suite in ("contract_incoming", "contract_life", "contract_sending", "carrier_rig"):
    pytest.register_assert_rewrite(f"sidetone.testing.{suite}")
settings.register_profile("plugins", deadline=None)  # a busy machine is no failure
settings.load_profile("plugins")
