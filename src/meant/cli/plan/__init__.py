"""`meant plan`: how much it takes to know."""

import click

from meant.cli.plan.labels import labels


@click.group(name="plan")
def command() -> None:
    """Say beforehand what a figure takes."""


command.add_command(labels)
