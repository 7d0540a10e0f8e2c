"""`meant plan rate`, `compare` and `rare`: how many cases a question takes, whatever the suite."""

import math
from collections.abc import Iterator
from typing import Any

import click

from meant.cli.options import json_option
from meant.cli.terminal import print_json
from meant.core.errors import ConfigError
from meant.measure.bounds import percent
from meant.stats.power import Assumed, cases_for_half_width, paired_power, pairs_needed
from meant.stats.rare import cases_to_rule_out, chance_within, rate_at_most

_SHARE = click.FloatRange(0, 1)
_EFFECT = click.option(
    "--design-effect",
    "effect",
    type=click.FloatRange(min=1),
    default=1.0,
    show_default=True,
    help="What families cost: 1 for cases on their own, the size of a family for copies.",
)
_NEARLY = 0.999
ALIKE = "independent cases, drawn like those that will come"


@click.command(name="rate")
@click.option("--half-width", type=click.FloatRange(0, 0.5, min_open=True, max_open=True), required=True,
              help="Half of the interval, as in 0.05 for five points each way.")  # fmt: skip
@click.option("--share", type=_SHARE, default=0.5, show_default=True, help="About what the rate will be; 0.5: widest.")
@_EFFECT
@json_option("the number of cases")
def rate(*, half_width: float, share: float, effect: float, as_json: bool) -> None:
    """Say how many cases a rate takes, for its 95 % interval to be so narrow."""
    cases = cases_for_half_width(share, half_width, design_effect=effect)
    said = f"{cases:,} cases: a rate of {share:.0%} then has a 95 % interval of {100 * half_width:g} points each way"
    _tell([said], {"cases": cases, "share": share, "half_width": half_width, "design_effect": effect}, as_json=as_json)


@click.command(name="compare")
@click.option("--difference", type=click.FloatRange(0, 1, min_open=True), required=True, help="To be seen.")
@click.option("--discordance", type=click.FloatRange(0, 1, min_open=True), default=0.2, show_default=True,
              help="Share of cases that only one of the two systems gets right.")  # fmt: skip
@click.option("--cases", type=click.IntRange(min=1), help="Say instead how likely so many cases show it.")
@click.option("--power", type=click.FloatRange(0.5, 0.999), default=0.8, show_default=True, help="The chance to reach.")
@_EFFECT
@json_option("the number of cases, or the power")
def compare(
    *, difference: float, discordance: float, cases: int | None, power: float, effect: float, as_json: bool
) -> None:
    """Say how many cases two systems must share for a difference between them to be seen (two-sided, at 5 %)."""
    if difference > discordance:
        told = f"a difference of {difference:g} needs that many cases to differ: --discordance is {discordance:g}"
        raise ConfigError(f"{told}; give {difference:g} or more")
    truth = Assumed(discordance, difference)
    seen = f"a difference of {100 * difference:g} points, where one case in {1 / discordance:.3g} differs, is seen"
    data: dict[str, Any] = {"difference": difference, "discordance": discordance, "design_effect": effect}
    if cases is not None:
        chance = paired_power(cases, truth, alpha=0.025, design_effect=effect)
        _tell([f"{cases:,} cases: {seen} with a chance of {chance:.0%}"],
              {**data, "cases": cases, "power": chance}, as_json=as_json)  # fmt: skip
        return
    needed = math.ceil(pairs_needed(truth, alpha=0.025, power=power, design_effect=effect))
    lines = [
        f"{needed:,} cases: {seen} with a chance of {power:.0%}",
        "how many differ is assumed; meant compare tells it",
    ]
    _tell(lines, {**data, "cases": needed, "power": power}, as_json=as_json)


@click.command(name="rare")
@click.option("--rate", "rate_", type=click.FloatRange(0, 1, min_open=True, max_open=True),
              help="How many cases without a hit rule out this rate?")  # fmt: skip
@click.option("--cases", type=click.IntRange(min=1), help="What may the rate be after so many cases?")
@click.option("--hits", type=click.IntRange(min=0), default=0, show_default=True, help="Among those cases.")
@click.option("--uses", type=click.IntRange(min=1), help="How likely is it to happen at all in so many uses?")
@click.option("--level", type=click.FloatRange(0.5, 1, min_open=True, max_open=True), default=0.95, show_default=True,
              help="Confidence.")  # fmt: skip
@json_option("the numbers, and what they take for granted")
def rare(*, rate_: float | None, cases: int | None, hits: int, uses: int | None, level: float, as_json: bool) -> None:
    """Say what tests can tell of what hardly ever happens: the rule of three, both ways, and in many more uses.

    In families, count families: cases that are copies of one another show it once.
    """
    if (rate_ is None) == (cases is None):
        raise click.UsageError("give --rate, for how many cases rule it out, or --cases, for what they rule out")
    if cases is not None and hits > cases:
        raise click.UsageError(f"{hits} hits in {cases} cases")
    needed = None if rate_ is None else cases_to_rule_out(rate_, level=level)
    bound = rate_at_most(hits, cases, level=level) if cases is not None else (rate_ or 0.0)
    chance = None if uses is None else chance_within(bound, uses)
    data = {"level": level, "rate": bound, "cases": cases or needed, "hits": hits if cases else 0, "uses": uses}
    takes = list(_taken(uses))
    lines = list(_rare(data, chance, asked=rate_ is not None))
    _tell([*lines, f"taken for granted: {'; '.join(takes)}"],
          {**data, "chance_in_uses": chance, "taken_for_granted": takes}, as_json=as_json)  # fmt: skip


def _rare(data: dict[str, Any], chance: float | None, *, asked: bool) -> Iterator[str]:
    confident, below = f"with {100 * data['level']:.4g} % confidence", f"{percent(data['rate'])} %"
    if asked:
        yield f"{data['cases']:,} cases without a hit rule out a rate of {below} {confident}"
    else:
        hits = f"{data['hits']:,} hits" if data["hits"] else "none"
        yield f"{hits} in {data['cases']:,} cases: below {below} {confident}"
    if chance is not None:
        least = f"at that rate, it happens in {data['uses']:,} uses with a chance of {_chance(chance)}"
        yield least if asked else f"{least} at most: that is what these cases leave open"


def _chance(chance: float) -> str:
    return f"over {_NEARLY:.1%}" if chance > _NEARLY else f"{100 * chance:.2g} %"


def _taken(uses: int | None) -> Iterator[str]:
    yield ALIKE
    if uses is not None:
        yield "uses that are independent too, and as likely as a case to hit: attackers and other users are neither"


def _tell(lines: list[str], data: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(data)
    else:
        for line in lines:
            click.echo(line)
