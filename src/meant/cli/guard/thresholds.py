"""`meant guard thresholds`: where the layers of a cascade escalate and block, fitted together."""

import math
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from meant.cli.door import run
from meant.cli.guard.options import table_option
from meant.cli.options import json_option, policy_option, store_option, suite_option
from meant.cli.terminal import Bar, print_json, say, talk, visible
from meant.core.errors import ConfigError
from meant.core.guard import Place
from meant.guard.fitting import Figures
from meant.loop.tuning import PLACES, Tuned, Wanted, tuned_system
from meant.loop.writing import written


@click.command()
@click.argument("system")
@click.option(
    "--at", "places", type=click.Choice(PLACES), multiple=True,
    help="Fit those that look here: again for more. [default: wherever a layer has thresholds]",
)  # fmt: skip
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
@click.option(
    "--write", is_flag=True, help="Write those that keep the promise into SYSTEM, comments kept; show what is changed."
)
@policy_option
@suite_option
@table_option
@store_option
@json_option("by place the thresholds, what is promised of them, what to expect; what was written")
def thresholds(
    *,
    system: str,
    places: tuple[Place, ...],
    rate: float,
    give_up: float,
    costs: tuple[str, ...],
    write: bool,
    policy: str,
    suites: tuple[str, ...],
    tables: tuple[Path, ...],
    store: Path,
    as_json: bool,
) -> None:
    """Fit the thresholds of SYSTEM's layers together, and say what to write into the file.

    At each place all layers as one keep the promise of --rate, at the least cost of a benign text. At `input` on what
    users say in dev cases, at `retrieved` on what tools bring in them, at `output` on replies to them in the store;
    and on tables of texts of one place.
    """
    if tables and len(places) != 1:
        raise ConfigError("texts of a table are of one place: say which with --at, once")
    wanted = Wanted(rate, give_up, dict(map(_cost, costs)), policy, suites, tables, store)
    found = run(tuned_system(system, wanted, places=places, progress=Bar(talk())))
    kept = {place: one for place, one in found.items() if isinstance(one, Tuned) and one.fit.kept}
    changed = run(written(system, policy, kept)) if write and kept else None
    if as_json:
        made = {place: _data(one) if isinstance(one, Tuned) else {"not": one} for place, one in found.items()}
        print_json({"places": made, "written": changed})
        return
    for place, one in found.items():
        _print(place, one)
    if changed is not None:
        click.echo(visible(changed) or f"{visible(system)} says so already")
    if write and len(kept) < len(found):
        say(f"nothing was written for {', '.join(found.keys() - kept.keys())}: the promise is not kept there")


def _print(place: Place, found: Tuned | str) -> None:
    if isinstance(found, str):
        say(found)
        return
    table = Table("layer", "escalate_from", "block_from", "cost of asking", title=f"at {place}", title_justify="left")
    stages = zip(found.stages, found.movable, found.fit.stages, found.costs, strict=True)
    for name, moves, stage, cost in stages:
        ends = (_number(stage.escalate_from), _number(stage.block_above)) if moves else ("–", "–")
        table.add_row(visible(name), *ends, f"{cost:.4g}")
    Console(highlight=False).print(table)
    click.echo(_promise(found))
    click.echo(_expected(found.fit.held_out, found.costs))


def _cost(said: str) -> tuple[str, float]:
    name, _, number = said.partition("=")
    try:
        return name, float(number)
    except ValueError:
        raise ConfigError(f"--cost {said!r}: write LAYER=NUMBER, as in judge=0.002") from None


def _number(value: float) -> str:
    return f"{value:.4g}" if math.isfinite(value) else "never" if value > 0 else "always"


def _promise(found: Tuned) -> str:
    fit = found.fit
    on = f"on {fit.held_out.benign} benign texts that had no say"
    sure = f"with {fit.level:.0%} confidence ({fit.held_out.blocked} blocked, {on})"
    if fit.kept:
        return f"of benign texts like these, at most {fit.asked:.1%} are blocked by all layers together, {sure}"
    why = f"; {found.wanting} more benign texts are needed there, even if none is blocked" if found.wanting else ""
    return f"{fit.asked:.1%} cannot be promised{why}: at most {fit.rate:.1%} are blocked, {sure}"


def _expected(held_out: Figures, costs: tuple[float, ...]) -> str:
    cost = f"a benign text costs {held_out.cost:.4g}, where asking every layer costs {sum(costs):.4g}"
    return f"on the half that had no say: {held_out.recall:.0%} of {held_out.harmful} harmful texts stopped; {cost}"


def _data(found: Tuned) -> dict[str, object]:
    finite = [
        {
            "layer": name,
            "movable": moves,
            "escalate_from": stage.escalate_from if math.isfinite(stage.escalate_from) else None,
            "block_from": stage.block_above if math.isfinite(stage.block_above) else None,
            "cost": cost,
        }
        for name, moves, stage, cost in zip(found.stages, found.movable, found.fit.stages, found.costs, strict=True)
    ]
    fit = found.fit
    promise = {"asked": fit.asked, "kept": fit.kept, "rate": fit.rate, "level": fit.level, "wanting": found.wanting}
    figures = {"chosen_on": fit.chosen_on._asdict(), "held_out": fit.held_out._asdict()}
    return {"stages": finite, "promise": promise, **figures}
