"""Sidetone: messaging beside your own PBX."""

__version__ = "0.1.0"
