"""A share of `make fuzz`, the same inputs each time."""

from plugins.gsm.fuzz import fuzz


def test_only_pdu_errors_come_of_spoilt_input() -> None:
    fuzz(5_000, seed=1)
