"""For all tests of plugins."""

import pytest
from hypothesis import settings

pytest.register_assert_rewrite("sidetone.testing.carrier_contract")
settings.register_profile("plugins", deadline=None)  # a busy machine is no failure
settings.load_profile("plugins")
