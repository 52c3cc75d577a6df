"""For plugin authors: a clock to turn by hand, a context without a daemon, contract suites and far sides."""
