"""Options that several commands share."""

from collections.abc import Callable, Mapping
from functools import reduce
from pathlib import Path
from typing import Any, TypeVar

import click

from meant.engine.ask import Asking
from meant.engine.budget import Budget
from meant.files.policy import BUILTIN

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


def policy_option(command: F) -> F:
    """`--policy`."""
    told = "A policy file or a built-in one."
    return click.option("--policy", default=BUILTIN, show_default=True, help=told)(command)


def suite_option(command: F) -> F:
    """`--suite`."""
    told = "A suite folder or a built-in one; again for more. [default: the built-in ones of the policy, and of none]"
    return click.option("--suite", "suites", multiple=True, help=told)(command)


def limit_option(command: F) -> F:
    """`--limit`."""
    told = "A stratified sample of about so many cases."
    return click.option("--limit", type=click.IntRange(min=1), help=told)(command)


def shift_limit_option(usual: int) -> Callable[[F], F]:
    """`--shift-limit`."""
    told, kind = "About so many cases of each shift.", click.IntRange(min=1)
    return click.option("--shift-limit", type=kind, default=usual, show_default=True, help=told)


def judge_option(command: F) -> F:
    """`--judge`."""
    return click.option("--judge", "judges", multiple=True, metavar="JUDGE", help=JUDGE)(command)


def judge_repeats_option(command: F) -> F:
    """`--judge-repeats`."""
    told = "Verdicts on each reply, of judges that ask a model: the first counts, the others show whether it wavers."
    kind = click.IntRange(min=1)
    return click.option("--judge-repeats", type=kind, default=1, show_default=True, help=told)(command)


def json_option(what: str) -> Callable[[F], F]:
    """`--json`, with what the object holds."""
    return click.option("--json", "as_json", is_flag=True, help=f"One JSON object on stdout: {what}.")


_ASKING = (
    click.option("--repeats", type=click.IntRange(min=1), default=1, show_default=True, help="Ask each case so often."),
    click.option("--seed", default=0, show_default=True, help="For the sample and for sampling tokens."),
    click.option("--at-once", type=click.IntRange(min=1), default=16, show_default=True, help="Requests in flight."),
    click.option(
        "--max-tokens", type=click.IntRange(min=1), help="New tokens a reply at most; overrides the system's."
    ),
    click.option("--temperature", type=click.FloatRange(min=0), help="Overrides the system's."),
    click.option("--max-requests", type=click.IntRange(min=1), help="Budget of each system: requests."),
    click.option("--max-total-tokens", type=click.IntRange(min=1), help="Budget of each system: tokens in and out."),
    click.option(
        "--max-usd", type=click.FloatRange(min=0), help="Budget of each system: money, where prices are known."
    ),
    click.option("--max-seconds", type=click.FloatRange(min=0), help="Budget of each system: time."),
    click.option("--fresh", is_flag=True, help="Ask again even where a reply is stored."),
)


def asking_options(command: F) -> F:
    """How systems are asked: repeats, seed, sampling and budgets. Read with `asking_of` and `sampling_of`."""
    return reduce(lambda made, option: option(made), reversed(_ASKING), command)


def asking_of(options: Mapping[str, Any]) -> Asking:
    """What the user said of asking."""
    budget = Budget(
        requests=options["max_requests"],
        tokens=options["max_total_tokens"],
        usd=options["max_usd"],
        seconds=options["max_seconds"],
    )
    given = {name: options[name] for name in ("at_once", "repeats", "seed", "fresh")}
    return Asking(budget=budget, **given)


def sampling_of(options: Mapping[str, Any]) -> dict[str, Any]:
    """What the user said of sampling; it overrides every system's own."""
    return {name: options[name] for name in ("max_tokens", "temperature") if options[name] is not None}
