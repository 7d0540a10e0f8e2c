"""Who sits at the terminal."""

import getpass

import click


def login(option: str) -> str:
    """The name that the user is logged in with. Raises UsageError that names `option` where there is none."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        raise click.UsageError(f"nobody is logged in by name here: say who you are with {option}") from None
