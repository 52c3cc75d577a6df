"""Rules without I/O: the ground that every room may stand on."""
