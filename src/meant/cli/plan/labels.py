"""`meant plan labels`: how many more labels halve an interval, and which replies come next."""

from pathlib import Path
from typing import Any

import click

from meant.cli.label.options import wish_of, wish_options
from meant.cli.login import login
from meant.cli.options import json_option, store_option
from meant.cli.terminal import before_and_after, counted, print_json, visible
from meant.label.drawing import Figure
from meant.loop.labelling import Asked, labelling, next_items
from meant.stats.labels import labels_to_halve
from meant.store.sqlite import Store


@click.command(name="labels")
@click.argument("run", default="last")
@click.option("--rater", metavar="NAME", help="Whose queue. [default: the name you are logged in with]")
@wish_options
@store_option
@json_option("each figure, how many more labels halve its interval, and the cases to label next")
def labels(*, run: str, rater: str | None, store: Path, as_json: bool, **options: Any) -> None:
    """Say how many more labels would about halve the interval of RUN's corrected figures, and which come next.

    The interval meant is that of people's share on these very replies: more labels cannot tell more than that of the
    cases they stand for.
    """
    who, wish = rater or login("--rater"), wish_of(run, options)
    with Store(store, must_exist=True) as opened:
        of = labelling(wish, opened)
        items = next_items(of, wish, rater=who, store=None)
    names = [f"{item.case.suite}/{item.case.name}" for item in items]
    if as_json:
        figures = [_as_data(one) for one in of.asked]
        print_json({"run": of.measured.record.id, "rater": who, "figures": figures, "next": names})
        return
    for one in of.asked:
        name = one.finding.metric if len(of.systems) == 1 else f"{one.system}: {one.finding.metric}"
        click.echo(visible(f"{before_and_after(name, one.finding)}; {_more(one.figure)}"))
    click.echo(f"next for {who}:")
    for name in names:
        click.echo(visible(f"  {name}"))


def _as_data(one: Asked) -> dict[str, Any]:
    finding = one.finding.model_dump(mode="json", include={"metric", "value", "interval", "corrected"})
    return {"system": one.system, **finding, "labels": len(one.figure.truths), "halve": _halve(one.figure)}


def _halve(figure: Figure) -> int | None:
    """None where some kind of verdict has no label yet."""
    return labels_to_halve(figure.parts) if all(part.labelled for part in figure.parts) else None


def _more(figure: Figure) -> str:
    more = _halve(figure)
    if more is None:
        return f"{len(figure.truths)} labels, and none of some kind of verdict"
    return f"about {counted(more, 'more label')} would halve its interval on these replies"
