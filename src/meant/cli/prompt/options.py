"""Options of every command that changes a prompt."""

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any, TypeVar

import click

from meant.cli.options import judge_option, sampling_of, store_option
from meant.engine.ask import Asking
from meant.files.policy import BUILTIN
from meant.loop.prompting import PromptPlan
from meant.measure.judging import DEFAULT_JUDGES

F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS = (
    click.option("--policy", default=BUILTIN, show_default=True, help="A policy file or a built-in one."),
    click.option("--suite", "suites", multiple=True, help="A suite folder or a built-in one; again for more."),
    judge_option,
    click.option("--limit", type=click.IntRange(min=1), help="A stratified sample of about so many cases."),
    click.option("--seed", default=0, show_default=True, help="For the sample, the search and for sampling tokens."),
    click.option("--at-once", type=click.IntRange(min=1), default=16, show_default=True, help="Requests in flight."),
    click.option("--max-tokens", type=click.IntRange(min=1), help="New tokens a reply at most."),
    click.option("--temperature", type=click.FloatRange(min=0), help="Overrides the system's."),
    store_option,
)


def prompt_options(command: F) -> F:
    """What is asked, how, and who judges. Read with `plan_of`."""
    return reduce(lambda made, option: option(made), reversed(_OPTIONS), command)


def plan_of(system: str, options: Mapping[str, Any]) -> PromptPlan:
    """What the user said."""
    return PromptPlan(
        system,
        policy=options["policy"],
        suites=options["suites"],
        limit=options["limit"],
        judges=options["judges"] or DEFAULT_JUDGES,
        sampling=sampling_of(options),
        asking=Asking(at_once=options["at_once"], seed=options["seed"]),
    )
