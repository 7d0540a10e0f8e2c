"""The options of `meant choose` that say how to choose, and what the user meant by them."""

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any, TypeVar

import click

from meant.core.errors import ConfigError
from meant.loop.choose import Wish
from meant.loop.costs import TokenPrice

F = TypeVar("F", bound=Callable[..., Any])

_AXIS = "An axis of the Pareto front; again for more. [default: the policy's dimensions, and what is measured for all]"
_BASE = "What the others are aligned variants of. [default: the bare model of those that share one]"
_PRICE = "USD for a million tokens in and out; again for more. [default: the system file's, else the list price]"
_MARGIN = "A difference of shares that does not matter. [default: the policy's gate's, else 0.05]"
_RISK = "Of a winner among equals. [default: the policy's gate's alpha, else 0.05]"

_OPTIONS = (
    click.option("--axis", "axes", multiple=True, metavar="NAME", help=_AXIS),
    click.option("--base", metavar="SYSTEM", help=_BASE),
    click.option("--price", "prices", multiple=True, metavar="SYSTEM=IN/OUT", help=_PRICE),
    click.option("--margin", type=click.FloatRange(0, 1, min_open=True, max_open=True), help=_MARGIN),
    click.option("--risk", type=click.FloatRange(0, 0.5, min_open=True, max_open=True), help=_RISK),
    click.option("--draws", type=click.IntRange(min=200), default=2000, show_default=True, help="Of the bootstrap."),
)


def choice_options(command: F) -> F:
    """How to choose. Read with `wish_of`."""
    return reduce(lambda made, option: option(made), reversed(_OPTIONS), command)


def wish_of(options: Mapping[str, Any]) -> Wish:
    """What the user said of choosing."""
    prices = dict(map(_price, options["prices"]))
    given = {name: options[name] for name in ("axes", "base", "margin", "risk", "draws", "seed")}
    return Wish(prices=prices, **given)


def _price(said: str) -> tuple[str, TokenPrice]:
    name, _, both = said.rpartition("=")
    try:
        sent, told = map(float, both.split("/"))
    except ValueError:
        sent = told = -1.0
    if not name or not (0 <= sent < float("inf") and 0 <= told < float("inf")):
        raise ConfigError(f"{said!r} is no price; give SYSTEM=IN/OUT in USD a million tokens, as in mine=0.40/1.60")
    return name, TokenPrice(sent, told)
