"""`meant guard`: what stands between a model and everybody else."""

import click

from meant.cli.guard.bench import bench
from meant.cli.guard.encoder import encoder
from meant.cli.guard.explain import explain
from meant.cli.guard.fit import fit
from meant.cli.guard.test import test


@click.group(name="guard")
def command() -> None:
    """Try a system's guards on a text; fit a classifier on your own examples, and measure it."""


for one in (test, explain, fit, bench, encoder):
    command.add_command(one)
