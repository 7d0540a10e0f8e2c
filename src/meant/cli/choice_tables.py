"""A choice in the terminal: dots with intervals, the plane with the front, the ranking, and the sentences."""

from collections.abc import Iterator, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from meant.choose.choice import Choice
from meant.choose.front import Place
from meant.choose.words import (
    chance,
    dominated_lines,
    flip_lines,
    headline,
    listed,
    place,
    tax_lines,
)
from meant.cli.plots import LETTERS, Point, Span, dot, plane
from meant.cli.terminal import figure, number
from meant.core.finding import Finding
from meant.loop.choose import Chosen
from meant.loop.choosing.figures import AxisRow, axis_rows, planes, principle_rows

WIDTH, SIZE = 41, (45, 13)


def print_choice(chosen: Chosen) -> None:
    """All of it on stdout."""
    console = Console(highlight=False)
    names = dict(zip(chosen.choice.systems, LETTERS, strict=False))
    console.print(_key(chosen))
    console.print(_dots(chosen, names))
    if (principles := _principles(chosen, names)) is not None:
        console.print(principles)
    for row in _plane(chosen, names):
        console.print(row, markup=False)
    console.print(_ranking(chosen.choice, names))
    for title, lines in _said(chosen):
        console.print(Text(title, style="bold"))
        for line in lines:
            console.print(f"  {line}", markup=False)
    said = headline(chosen.choice)
    console.print(Text(said.what, style="bold green" if said.decided else "bold yellow"))
    console.print(f"  {said.why}", markup=False)


def _key(chosen: Chosen) -> Text:
    named = zip(LETTERS, chosen.choice.systems, strict=False)
    policy = chosen.measured.record.policy
    systems = "   ".join(f"{letter} {name}" for letter, name in named)
    return Text(f"policy {policy.name} {policy.version}, {chosen.cases} cases\n{systems}", overflow="fold")


def _dots(chosen: Chosen, names: dict[str, str]) -> Table:
    table = _table("value [95% interval] values/asked; ↓ lower is better; lines from 0 to 100%, or to the highest")
    table.show_header, table.box = False, None
    table.add_column("", no_wrap=True)
    table.add_column("", no_wrap=True)
    table.add_column("", justify="right", no_wrap=True)
    for row in axis_rows(chosen):
        table.add_row("")
        for at, (name, finding) in enumerate(zip(names, row.findings, strict=True)):
            label = f"{row.axis.name}{' ↓' if row.axis.better == 'lower' else ''}" if at == 0 else ""
            weight = row.axis.weight if at == 1 else None
            note = f"  weight {weight:g}" if weight is not None else ""
            table.add_row(label or note, _dot(row, finding, names[name]), _figure(finding))
    return table


def _dot(row: AxisRow, finding: Finding | None, letter: str) -> Text:
    on = Span(0.0, 1.0) if row.axis.unit == "rate" else Span(0.0, row.highest)
    value, ends = (finding.value, finding.interval) if finding else (None, None)
    return Text(dot(value, ends, letter, on=on, width=WIDTH))


def _figure(finding: Finding | None) -> str:
    return figure(finding) if finding else "not measured"


def _principles(chosen: Chosen, names: dict[str, str]) -> Table | None:
    rows = principle_rows(chosen)
    if not rows:
        return None
    table = _table("share kept [95% interval] verdicts/asked")
    table.add_column("principle", no_wrap=True)
    for letter in names.values():
        table.add_column(letter, justify="right")
    for principle, findings in rows:
        table.add_row(principle, *map(_figure, findings))
    return table


def _plane(chosen: Chosen, names: dict[str, str]) -> Iterator[str]:
    """The first plane of two axes, in a frame; better is up and to the right."""
    for across, up in planes(chosen)[:1]:
        both = zip(names, across.findings, up.findings, strict=True)
        points = [
            Point(names[name], x.value, y.value)
            for name, x, y in both
            if x is not None and y is not None and x.value is not None and y.value is not None
        ]
        spans = [_span(row) for row in (across, up)]
        rows = plane(points, across=spans[0], up=spans[1], size=SIZE)
        top, bottom = number(spans[1].high, up.axis.unit), number(spans[1].low, up.axis.unit)
        yield f"{up.axis.name} (up) and {across.axis.name} (across); better is up and to the right"
        for at, row in enumerate(rows):
            label = top if at == 0 else bottom if at == len(rows) - 1 else ""
            yield f"{label:>8} │{row}│"
        ends = [number(end, across.axis.unit) for end in spans[0]]
        yield f"{'':8} └{'─' * SIZE[0]}┘"
        yield f"{'':9}{ends[0]}{ends[1]:>{SIZE[0] + 2 - len(ends[0])}}"


def _span(row: AxisRow) -> Span:
    """Turned where lower is better, so that better is always at the far end."""
    high = 1.0 if row.axis.unit == "rate" else row.highest
    return Span(0.0, high) if row.axis.better == "higher" else Span(high, 0.0)


def _ranking(choice: Choice, names: dict[str, str]) -> Table:
    caption = f"score by {listed(choice.decision.dimensions)}; front of {listed([a.name for a in choice.axes])}"
    table = _table(f"{caption}; chances are shares of {choice.draws:,} draws of families")
    for heading in ("", "system", "score", "best", "front"):
        table.add_column(
            heading, justify="right" if heading in ("score", "best") else "left", no_wrap=heading != "system"
        )
    on: dict[str, Place] = {one.system: one for one in choice.places}
    for one in choice.ranking:
        score = f"not measured: {listed(one.unmeasured)}"
        if one.score is not None and one.interval is not None:
            score = f"{one.score:.1%} [{100 * one.interval.low:.0f}–{100 * one.interval.high:.0f}]"
        best = "" if one.best is None else chance(one.best)
        table.add_row(names[one.system], Text(one.system, overflow="fold"), score, best, place(on[one.system]))
    return table


def _said(chosen: Chosen) -> Iterator[tuple[str, Sequence[str]]]:
    choice = chosen.choice
    yield "dominated", list(dominated_lines(choice))
    if choice.flips:
        yield "if the weights moved", list(flip_lines(choice))
    if choice.taxes:
        yield "alignment tax", [line for tax in choice.taxes for line in _indented(list(tax_lines(tax)))]


def _indented(lines: Sequence[str]) -> list[str]:
    return [lines[0], *(f"  {line}" for line in lines[1:])]


def _table(caption: str) -> Table:
    return Table(caption=caption, caption_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
