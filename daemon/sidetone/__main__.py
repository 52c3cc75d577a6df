"""`python -m sidetone` is the command `sidetone`."""

from sidetone.cli.main import main

main()
