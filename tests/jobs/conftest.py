"""The store of the delivery tests, which tells when it is calm."""

from delivery.conftest import store

__all__ = ["store"]
