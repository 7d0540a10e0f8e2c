"""`meant cases`: cases of one's own, from a policy to a suite."""

import click

from meant.cli.cases.coverage import coverage
from meant.cli.cases.draft import draft
from meant.cli.cases.review import review
from meant.cli.cases.show import list_, show


@click.group(name="cases")
def command() -> None:
    """Draft cases from a policy, review them into a suite, and see what is covered."""


for one in (draft, review, coverage, list_, show):
    command.add_command(one)
