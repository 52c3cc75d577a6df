"""`python -m sidetone` is the command `sidetone`."""

from sidetone.cli.main import main

if __name__ == "__main__":
    main()
