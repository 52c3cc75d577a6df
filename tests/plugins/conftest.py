"""For all tests of plugins."""

from hypothesis import settings

settings.register_profile("plugins", deadline=None)  # a busy machine is no failure
settings.load_profile("plugins")
