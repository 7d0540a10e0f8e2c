"""`python -m meant`."""

from meant.cli.main import entry

entry()
