"""Options that several commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

JUDGE = (
    "NAME, NAME:PROVIDER:MODEL for one that asks a model (llm:openai:gpt-4.1-mini), or a judge file; again for more: "
    "the first that covers a case decides. [default: the built-in ones that ask nobody]"
)
STORE = Path(".meant/store.db")


def store_option(command: F) -> F:
    """`--store`."""
    path = click.Path(dir_okay=False, path_type=Path)
    return click.option("--store", type=path, default=STORE, show_default=True, help="Where runs are kept.")(command)


def judge_option(command: F) -> F:
    """`--judge`."""
    return click.option("--judge", "judges", multiple=True, metavar="JUDGE", help=JUDGE)(command)


def json_option(what: str) -> Callable[[F], F]:
    """`--json`, with what the object holds."""
    return click.option("--json", "as_json", is_flag=True, help=f"One JSON object on stdout: {what}.")
