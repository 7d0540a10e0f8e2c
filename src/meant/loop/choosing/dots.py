"""Dot plots of a choice: a table a unit, a group of rows a figure, a line a system, with value and interval beside."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from meant.core.finding import Finding, Unit
from meant.loop.choose import Chosen
from meant.loop.choosing.figures import AxisRow, axis_rows, principle_rows
from meant.measure.report.figures import SHARE, Scale
from meant.measure.report.formats import interval, value
from meant.measure.report.lanes import axis, lane
from meant.measure.report.markup import Html, join, tag
from meant.measure.report.tables import rows, who
from meant.measure.report.view import nice_scale
from meant.measure.report.wording import words

CAPTIONS: dict[Unit, str] = {"rate": "Share of cases", "s": "Seconds a reply", "usd": "US dollars a reply"}
COLUMNS = (("System", "who"), ("Value", "value"), ("Interval", "interval"), ("n", "n"), ("No value", "unscored"))


class Group(NamedTuple):
    """Lines that belong together, and what they are about."""

    what: Sequence[Html]
    lines: Sequence[Html]


class Heading(NamedTuple):
    """What stands over a table: the rows' caption, the lanes' scale, the other columns with their classes."""

    caption: str
    scale: Scale
    unit: Unit
    columns: Sequence[tuple[str, str]] = COLUMNS


def table(heading: Heading, groups: Sequence[Group]) -> Html:
    """One axis over all lanes."""
    scale = heading.scale
    heads = (
        tag("th", heading.caption, scope="col", class_="what"),
        tag("th", axis(scale, heading.unit, signed=scale.low < 0), scope="col", class_="plot"),
        *(tag("th", label, scope="col", class_=class_) for label, class_ in heading.columns),
    )
    bodies = [tag("tbody", *rows(group.what, group.lines, scale)) for group in groups]
    return tag("table", tag("thead", tag("tr", *heads)), *bodies, class_="dots")


def by_axis(chosen: Chosen) -> Html:
    """Every axis on which some system is measured."""
    order = list(CAPTIONS)
    found = sorted(axis_rows(chosen), key=lambda row: order.index(row.axis.unit))
    return join(*(_of_unit(chosen, unit, list(mine)) for unit, mine in groupby(found, key=_unit)))


def by_principle(chosen: Chosen) -> Html | None:
    """Every principle that some case is about."""
    groups = [
        Group([tag("span", principle, class_="title")], list(lines(findings, chosen.choice.systems, SHARE)))
        for principle, findings in principle_rows(chosen)
    ]
    return table(Heading(CAPTIONS["rate"], SHARE, "rate"), groups) if groups else None


def lines(findings: Sequence[Finding | None], systems: Sequence[str], scale: Scale) -> Iterator[Html]:
    """One a system."""
    for at, finding in enumerate(findings):
        yield join(
            tag("td", lane(finding, at, scale), class_="plot"),
            who(at, systems),
            tag("td", value(finding), class_="value"),
            tag("td", interval(finding), class_="interval"),
            tag("td", f"{finding.n:,}" if finding else "–", class_="n"),
            tag("td", f"{finding.unscored:,}" if finding else "–", class_="unscored none"),
        )


def _unit(row: AxisRow) -> Unit:
    return row.axis.unit


def _of_unit(chosen: Chosen, unit: Unit, mine: Sequence[AxisRow]) -> Html:
    scale = SHARE if unit == "rate" else nice_scale(max(row.highest for row in mine))
    systems = chosen.choice.systems
    groups = [Group(_what(row, chosen), list(lines(row.findings, systems, scale))) for row in mine]
    return table(Heading(CAPTIONS[unit], scale, unit), groups)


def _what(row: AxisRow, chosen: Chosen) -> list[Html]:
    said = words(row.axis.name, {}, chosen.measured.record.policy)
    weight = f" Weight {row.axis.weight:g}." if row.axis.weight is not None else ""
    title, about = (said.title, said.about + weight) if row.axis.unit == "rate" else (row.axis.name.capitalize(), "")
    return [
        tag("span", title, class_="title"),
        tag("span", "lower is better", class_="better") if row.axis.better == "lower" else Html(),
        tag("span", about or "Mean over the replies.", class_="about"),
    ]
