"""`meant prompt`: what a system prompt's parts do, and a better one."""

import click

from meant.cli.prompt.ablate import ablate
from meant.cli.prompt.check import check
from meant.cli.prompt.search import search


@click.group(name="prompt")
def command() -> None:
    """See what each part of a system prompt earns and costs, search for a better one, and check it."""


for one in (ablate, search, check):
    command.add_command(one)
