"""`meant guard`: what stands between a model and everybody else."""

import click

from meant.cli.guard.explain import explain
from meant.cli.guard.test import test


@click.group(name="guard")
def command() -> None:
    """Try a system's guards on a text, and see what each of them does."""


for one in (test, explain):
    command.add_command(one)
