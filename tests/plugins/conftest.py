"""For all tests of plugins."""

import pytest

pytest.register_assert_rewrite("sidetone.testing.carrier_contract")
