"""Sidetone: messaging beside your own PBX."""
