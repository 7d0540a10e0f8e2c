"""`meant guard`: what stands between a model and everybody else."""

import click

from meant.cli.guard.bench import bench
from meant.cli.guard.encoder import encoder
from meant.cli.guard.fit import fit


@click.group(name="guard")
def command() -> None:
    """Fit a classifier on your own examples, and measure it."""


for one in (fit, bench, encoder):
    command.add_command(one)
