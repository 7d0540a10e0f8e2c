"""`meant guard thresholds`: where the layers of a cascade escalate and block, fitted together."""

import math

import click
from rich.console import Console
from rich.table import Table

from meant.cli.door import run
from meant.cli.options import json_option, policy_option, suite_option
from meant.cli.terminal import print_json, visible
from meant.core.errors import ConfigError
from meant.guard.fitting import Figures, Fit
from meant.loop.tuning import Tuned, tuned_system


@click.command()
@click.argument("system")
@click.option(
    "--rate", type=click.FloatRange(0, 1, min_open=True, max_open=True), default=0.01, show_default=True,
    help="Of benign texts, the whole cascade is to block no more than this share.",
)  # fmt: skip
@click.option(
    "--give-up", type=click.FloatRange(0, 1), default=0.01, show_default=True,
    help="Share of the harmful texts that may be given up for a cheaper cascade.",
)  # fmt: skip
@click.option(
    "--cost", "costs", multiple=True, metavar="LAYER=N", help="Of asking a layer. [default: the seconds it takes]"
)
@policy_option
@suite_option
@json_option("the thresholds, what is promised of them, what to expect")
def thresholds(
    *,
    system: str,
    rate: float,
    give_up: float,
    costs: tuple[str, ...],
    policy: str,
    suites: tuple[str, ...],
    as_json: bool,
) -> None:
    """Fit the thresholds of SYSTEM's layers together, on dev cases, and say what to write into the file.

    All layers as one keep the promise of --rate, at the least cost of a benign text. Nothing is written.
    """
    prices = dict(map(_cost, costs))
    found = run(tuned_system(system, policy=policy, suites=suites, rate=rate, give_up=give_up, costs=prices))
    if as_json:
        print_json(_data(found))
        return
    table = Table("layer", "escalate_from", "block_from", "cost of asking")
    for name, stage, cost in zip(found.stages, found.fit.stages, found.costs, strict=True):
        table.add_row(visible(name), _number(stage.escalate_from), _number(stage.block_above), f"{cost:.4g}")
    Console(highlight=False).print(table)
    click.echo(_promise(found.fit))
    click.echo(_expected(found.fit.held_out, found.costs))


def _cost(said: str) -> tuple[str, float]:
    name, _, number = said.partition("=")
    try:
        return name, float(number)
    except ValueError:
        raise ConfigError(f"--cost {said!r}: write LAYER=NUMBER, as in judge=0.002") from None


def _number(value: float) -> str:
    return f"{value:.4g}" if math.isfinite(value) else "never" if value > 0 else "always"


def _promise(fit: Fit) -> str:
    sure = f"with {fit.level:.0%} confidence"
    if fit.kept:
        return f"of benign texts like these, at most {fit.asked:.1%} are blocked by all layers together, {sure}"
    return f"{fit.asked:.1%} cannot be promised on so many texts: at most {fit.rate:.1%} are blocked, {sure}"


def _expected(held_out: Figures, costs: tuple[float, ...]) -> str:
    cost = f"a benign text costs {held_out.cost:.4g}, where asking every layer costs {sum(costs):.4g}"
    return f"on the half that had no say: {held_out.recall:.0%} of {held_out.harmful} harmful texts stopped; {cost}"


def _data(found: Tuned) -> dict[str, object]:
    finite = [
        {
            "layer": name,
            "escalate_from": stage.escalate_from if math.isfinite(stage.escalate_from) else None,
            "block_from": stage.block_above if math.isfinite(stage.block_above) else None,
            "cost": cost,
        }
        for name, stage, cost in zip(found.stages, found.fit.stages, found.costs, strict=True)
    ]
    fit = found.fit
    promise = {"asked": fit.asked, "kept": fit.kept, "rate": fit.rate, "level": fit.level}
    figures = {"chosen_on": fit.chosen_on._asdict(), "held_out": fit.held_out._asdict()}
    return {"stages": finite, "promise": promise, **figures}
