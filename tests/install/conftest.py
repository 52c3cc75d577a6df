"""The installation into a clean Debian takes minutes, the network and root: `make test-install` asks for it."""

import os

ASKED = "SIDETONE_TEST_INSTALL"
collect_ignore = [] if os.environ.get(ASKED) else ["test_install.py"]
