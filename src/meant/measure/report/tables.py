"""Dot-plot tables: a row group a metric, a line a system, with value, interval, n and unscored printed at each.

They are real tables, so they read well without pictures, script or sight; the plot is one of their columns. Each
value is a button that opens the transcripts behind it.
"""

from collections.abc import Sequence

from meant.core.finding import Finding
from meant.measure.report.figures import BOTH_SIDES, SHARE, Kind, Row, Scale, Sides, Table, key_of
from meant.measure.report.formats import interval, value
from meant.measure.report.lanes import axis, dumbbell, key, lane
from meant.measure.report.markup import Html, join, tag

_SEVERITIES = ("critical", "high", "medium", "low", None)


def dots(table: Table, names: Sequence[str], *, caption: str) -> Html:
    """The table of these rows."""
    signed = table.scale.low < 0
    heads = (
        tag("th", caption, scope="col", class_="what"),
        tag("th", axis(table.scale, table.unit, signed=signed), scope="col", class_="plot"),
        *(tag("th", label, scope="col", class_=class_) for label, class_ in _COLUMNS),
    )
    return tag(
        "table",
        tag("thead", tag("tr", *heads)),
        *(_group(row, table, names) for row in table.rows),
        class_="dots",
    )


_COLUMNS = (("System", "who"), ("Value", "value"), ("Interval", "interval"), ("n", "n"), ("No verdict", "unscored"))


def _group(row: Row, table: Table, names: Sequence[str]) -> Html:
    return tag(
        "tbody",
        *_lines(_what(row), [_line(row, table, i, names) for i in range(len(names))], table.scale),
        data_sort_severity=str(_SEVERITIES.index(row.severity)),
        data_sort_lowest=f"{min(row.lowest, 9):.6f}",
        data_sort_name=row.words.title,
        id=f"row-{row.key}",
    )


def _lines(what: Sequence[Html], lines: Sequence[Html], scale: Scale) -> list[Html]:
    """A line a system, and an empty last one that takes up the height of a long explanation."""
    head = tag("th", *what, scope="rowgroup", rowspan=len(lines) + 1, class_="what")
    rest = tag(
        "tr", tag("td", lane(None, 0, scale), class_="plot"), tag("td", colspan=5), class_="rest", aria_hidden="true"
    )
    return [tag("tr", head if i == 0 else None, line) for i, line in enumerate(lines)] + [rest]


def _what(row: Row) -> list[Html]:
    measured = any(finding and finding.value is not None for finding in row.findings)
    lower = measured and row.better == "lower"
    return [
        tag("span", row.words.title, class_="title"),
        tag("span", row.severity, class_=f"severity {row.severity}") if row.severity else Html(),
        tag("span", "lower is better", class_="better") if lower else Html(),
        tag("span", row.words.about, class_="about") if row.words.about else Html(),
    ]


def _line(row: Row, table: Table, system: int, names: Sequence[str]) -> Html:
    finding = row.findings[system]
    label = f"{row.words.title}, {names[system]}"
    return join(
        tag("td", lane(finding, system, table.scale), class_="plot"),
        _who(system, names),
        tag("td", opens(value(finding, signed=row.signed), finding, row.key, system, label), class_="value"),
        tag("td", interval(finding, signed=row.signed), class_="interval"),
        tag("td", _n(finding), class_="n"),
        tag("td", _unscored(finding), class_="unscored"),
    )


def opens(shown: str, finding: Finding | None, row: str, system: int, label: str) -> Html:
    """The figure as a button for the transcripts behind it; plain text where there is no finding."""
    if finding is None:
        return tag("span", shown, class_="absent")
    missing = " absent" if finding.value is None else ""
    return tag(
        "button",
        shown,
        type="button",
        class_=f"figure{missing}",
        data_row=row,
        data_system=str(system),
        aria_label=f"{label}: {shown}. Show transcripts.",
    )


def kinds(rows: Sequence[Kind], names: Sequence[str]) -> Html:
    """Both sides of the line by kind of harm."""
    heads = (
        tag("th", "Kind of harm, share refused", scope="col", class_="what"),
        tag("th", axis(SHARE, "rate"), scope="col", class_="plot"),
        *(tag("th", label, scope="col", class_=class_) for label, class_ in _SIDE_COLUMNS),
    )
    return tag(
        "table",
        tag("thead", tag("tr", *heads)),
        *(_kind(kind, names) for kind in rows),
        class_="dots kinds",
    )


_SIDE_COLUMNS = (
    ("System", "who"),
    ("Benign refused", "side"),
    ("Harmful refused", "side"),
    ("Partial", "side"),
    ("No verdict", "unscored"),
)


def _kind(kind: Kind, names: Sequence[str]) -> Html:
    what = [tag("span", kind.harm, class_="title")]
    lines = [_sides(kind.harm, sides, i, names) for i, sides in enumerate(kind.sides)]
    return tag(
        "tbody",
        *_lines(what, lines, SHARE),
        data_sort_lowest=f"{min(kind.lowest, 9):.6f}",
        data_sort_name=kind.harm,
    )


def _sides(harm: str, sides: Sides, system: int, names: Sequence[str]) -> Html:
    part = {"harm": harm}
    labels = ("benign refused", "harmful refused", "partial")
    figures = (("over_refusal", sides.over), ("under_refusal", sides.refused), ("partial", sides.partial))
    opened = [
        opens(value(f), f, key_of(metric, part), system, f"{harm}, {label}, {names[system]}")
        for (metric, f), label in zip(figures, labels, strict=True)
    ]
    cells = [tag("td", shown, _of(f), class_="side") for shown, (_, f) in zip(opened, figures, strict=True)]
    unscored = sum(f.unscored for f in (sides.refused, sides.over) if f)
    return join(
        tag("td", dumbbell(sides, system), class_="plot", data_row=key_of(BOTH_SIDES, part), data_system=str(system)),
        _who(system, names),
        *cells,
        tag("td", str(unscored), class_="unscored" + ("" if unscored else " none")),
    )


def _who(system: int, names: Sequence[str]) -> Html:
    return tag("td", key(system), tag("span", names[system], title=names[system]), class_="who")


def _of(finding: Finding | None) -> Html:
    if finding is None or finding.value is None:
        return Html()
    return tag("span", f"{interval(finding)}, n {finding.n}", class_="of")


def _n(finding: Finding | None) -> str:
    return f"{finding.n:,}" if finding else "0"


def _unscored(finding: Finding | None) -> Html:
    count = finding.unscored if finding else 0
    return tag("span", f"{count:,}", class_=None if count else "none")
