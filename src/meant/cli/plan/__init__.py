"""`meant plan`: how many cases a question takes, before anybody is asked."""

import click

from meant.cli.plan.cases import compare, rare, rate
from meant.cli.plan.gate import gate
from meant.cli.plan.labels import labels


@click.group(name="plan")
def command() -> None:
    """Say how many cases or labels a question takes, and what those that there are can show."""


for one in (gate, rate, compare, rare, labels):
    command.add_command(one)
