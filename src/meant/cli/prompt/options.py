"""Options of every command that changes a prompt."""

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any, TypeVar

import click

from meant.cli.options import judge_option, limit_option, policy_option, sampling_of, store_option, suite_option
from meant.engine.ask import Asking
from meant.loop.prompting import PromptPlan
from meant.measure.judging import DEFAULT_JUDGES

F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS = (
    policy_option,
    suite_option,
    judge_option,
    limit_option,
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
