"""`meant guard`: what stands between a model and everybody else."""

import click

from meant.cli.guard.bench import bench
from meant.cli.guard.encoder import encoder
from meant.cli.guard.explain import explain
from meant.cli.guard.fit import fit
from meant.cli.guard.test import test
from meant.cli.guard.thresholds import thresholds


@click.group(name="guard")
def command() -> None:
    """Try a system's guards on a text, see what each of them does; fit a classifier, and measure it."""


for one in (test, explain, fit, bench, thresholds, encoder):
    command.add_command(one)
