"""Which replies people label: options that labelling, planning it and exporting tasks share."""

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any, TypeVar

import click

from meant.loop.labelling import Wish

F = TypeVar("F", bound=Callable[..., Any])

_WISH = (
    click.option(
        "--system", "systems", multiple=True, metavar="NAME", help="Only this system's replies; again for more."
    ),
    click.option(
        "--metric",
        "metrics",
        multiple=True,
        metavar="NAME",
        help="The share to label for, as over_refusal or a dimension; again for more. [default: the dimensions]",
    ),
    click.option("--count", type=click.IntRange(min=1), default=50, show_default=True, help="How many at most."),
    click.option("--seed", default=0, show_default=True, help="For the draw; raters of one seed share replies."),
    click.option(
        "--overlap",
        type=click.FloatRange(min=0, max=1),
        default=0.2,
        show_default=True,
        help="Share of the replies that every rater gets, so that agreement can be told.",
    ),
)


def wish_options(command: F) -> F:
    """Which replies people label. Read with `wish_of`."""
    return reduce(lambda made, option: option(made), reversed(_WISH), command)


def wish_of(run: str, options: Mapping[str, Any]) -> Wish:
    """What the user said of it."""
    return Wish(run, **{name: options[name] for name in ("systems", "metrics", "count", "seed", "overlap")})
