"""The stage of the delivery tests, its engine running."""

from delivery.conftest import stage, store

__all__ = ["stage", "store"]
