"""Dot-plot tables: a row group a metric, a line a system, with value, interval, n and unscored printed at each.

They are real tables, so they read well without pictures, script or sight; the plot is one of their columns. Each
value is a button that opens the transcripts behind it.
"""

from collections.abc import Sequence

from meant.core.finding import Finding
from meant.measure.bounds import at_worst, none_seen
from meant.measure.report.figures import Row, Scale, Table
from meant.measure.report.formats import NOT_MEASURED, between, interval, share_of, value
from meant.measure.report.judging import mark
from meant.measure.report.lanes import axis, corrected_lane, key, lane
from meant.measure.report.markup import Html, join, tag

_TAIL = 12
"""Characters at the end of a name that stay when it is too long for its place: names often differ there."""
_AS_JUDGED = tag("span", "as judged", class_="as-judged")
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
        tag("caption", caption, class_="unseen"),
        tag("thead", tag("tr", *heads)),
        *(_group(row, table, names) for row in table.rows),
        class_="dots",
    )


_COLUMNS = (("System", "who"), ("Value", "value"), ("Interval", "interval"), ("n", "n"), ("No verdict", "unscored"))


def _group(row: Row, table: Table, names: Sequence[str]) -> Html:
    return tag(
        "tbody",
        *rows(
            [*_what(row), *_never_seen(row, names)],
            [line for i in range(len(names)) for line in _lines(row, table, i, names)],
            table.scale,
        ),
        data_sort_severity=str(_SEVERITIES.index(row.severity)),
        data_sort_lowest=f"{min(row.lowest, 9):.6f}",
        data_sort_name=row.words.title,
        id=f"row-{row.key}",
    )


def rows(what: Sequence[Html], lines: Sequence[Html], scale: Scale) -> list[Html]:
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


def _never_seen(row: Row, names: Sequence[str]) -> list[Html]:
    """Of each system without a single failure in words what that leaves open."""
    told = [(name, none_seen(finding)) for name, finding in zip(names, row.findings, strict=True) if finding]
    shown = [(name if len(names) > 1 else "", words) for name, words in told if words is not None]
    return [tag("span", f"{name}: {words}" if name else words, class_="about") for name, words in shown]


def _lines(row: Row, table: Table, system: int, names: Sequence[str]) -> list[Html]:
    """One a system, and one more where its figure is corrected."""
    return [_line(row, table, system, names), *_corrected(row.findings[system], table, system)]


def _line(row: Row, table: Table, system: int, names: Sequence[str]) -> Html:
    finding = row.findings[system]
    label = f"{row.words.title}, {names[system]}"
    return join(
        tag("td", lane(finding, system, table.scale), class_="plot"),
        who(system, names, judged=bool(finding and finding.corrected)),
        tag("td", opens(value(finding, signed=row.signed), finding, row.key, system, label), class_="value"),
        tag("td", interval(finding, signed=row.signed), _beyond(finding), class_="interval"),
        tag("td", _n(finding), class_="n"),
        tag("td", _unscored(finding), class_="unscored"),
    )


def _beyond(finding: Finding | None) -> Html | None:
    """The worst case of what has no verdict."""
    worst = at_worst(finding) if finding and finding.value is not None else None
    return tag("span", f"at worst {between(worst, 'rate')}", class_="of") if worst is not None else None


def _corrected(finding: Finding | None, table: Table, system: int) -> list[Html]:
    """A line of its own below: the figure as people, or a judge's card, correct it."""
    made = finding.corrected if finding else None
    if finding is None or made is None:
        return []
    unit, words = finding.unit, "by people" if made.by == "people" else "by card"
    share = NOT_MEASURED if made.value is None else share_of(made.value)
    cells = join(
        tag("td", corrected_lane(finding, system, table.scale), class_="plot still"),
        tag("th", key(system), tag("span", words, title=made.method), scope="row", class_="who by"),
        tag("td", tag("b", share), class_="value"),
        tag("td", between(made.interval, unit), class_="interval"),
        tag("td", f"{made.labels:,}", class_="n", title="replies with a label"),
        tag("td", class_="unscored"),
    )
    return [cells]


def opens(shown: str, finding: Finding | None, row: str, system: int, label: str) -> Html:
    """The figure as a button for the transcripts behind it; plain text where there is no finding."""
    if finding is None:
        return tag("span", shown, class_="absent")
    missing = " absent" if finding.value is None else ""
    button = tag(
        "button",
        shown,
        type="button",
        class_=f"figure{missing}",
        data_row=row,
        data_system=str(system),
        aria_label=f"{label}: {shown}. Show transcripts.",
    )
    return join(button, mark(finding.uncalibrated))


def name(system: int, names: Sequence[str]) -> Html:
    """The system's mark and name; where the place is too narrow, the middle of the name gives way."""
    said = names[system]
    head, tail = said[: max(0, len(said) - _TAIL)], said[max(0, len(said) - _TAIL) :]
    parts = tag("span", head, class_="head") if head else None, tag("span", tail, class_="tail")
    return tag("span", key(system), *parts, class_="name", title=said)


def sorting(*ways: tuple[str, str]) -> Html:
    """Buttons that sort the tables of their section: the way of the attribute `data-sort-…`, and its label."""
    buttons = [
        tag("button", label, type="button", data_sort=way, aria_pressed="true" if i == 0 else "false")
        for i, (way, label) in enumerate(ways)
    ]
    return tag("p", "Sort by ", *buttons, class_="sorting", role="group", aria_label="Sort by")


def who(system: int, names: Sequence[str], *, judged: bool = False) -> Html:
    """The system as the heading of its line; with `judged`, that the line holds what the judge found."""
    return tag("th", name(system, names), _AS_JUDGED if judged else None, scope="row", class_="who")


def _n(finding: Finding | None) -> str:
    return f"{finding.n:,}" if finding else "0"


def _unscored(finding: Finding | None) -> Html:
    count = finding.unscored if finding else 0
    return tag("span", f"{count:,}", class_=None if count else "none")
