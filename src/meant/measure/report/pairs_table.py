"""The table of a pair: a group of cases a row, with the paired difference drawn and printed."""

from collections.abc import Sequence
from typing import Final

from meant.core.policy import Policy
from meant.measure.compare import Change
from meant.measure.report.figures import Scale
from meant.measure.report.formats import NOT_MEASURED, count, interval, plain, probability
from meant.measure.report.judging import mark
from meant.measure.report.lanes import axis, lane
from meant.measure.report.markup import Html, tag
from meant.measure.report.pairs import Pair, as_finding, reach, title

_COLUMNS: Final = (
    ("First", "share"), ("Second", "share"), ("Points", "value"), ("Interval", "interval"), ("p", "p"),
    ("Gained", "n"), ("Lost", "n"), ("n", "n"), ("Left out", "unscored"),
)  # fmt: skip
_MARKED: Final = ("critical", "high")
"""Severities that are written beside a principle here; the principles' own section has all."""


def changes(pair: Pair, names: Sequence[str], policy: Policy) -> Html:
    """The table, on an axis that holds every interval of the pair."""
    size = reach(pair)
    scale = Scale(-size, size, (-size, -size / 2, 0.0, size / 2, size))
    heads = (
        tag("th", "Group of cases", scope="col", class_="what"),
        tag("th", axis(scale, "rate", signed=True), tag("span", "Points", class_="unseen"), scope="col", class_="plot"),
        *(tag("th", label, scope="col", class_=class_) for label, class_ in _COLUMNS),
    )
    severities = {f"principle/{p.id}": p.severity for p in policy.principles}
    rows = [_row(pair, found, i, scale, severities.get(found.group)) for i, found in enumerate(pair.changes)]
    return tag(
        "table",
        tag("caption", f"Share right, first {names[pair.first]}, second {names[pair.second]}", class_="unseen"),
        tag("thead", tag("tr", *heads)),
        *rows,
        class_="dots changes",
        data_sorted="",
    )


def _row(pair: Pair, found: Change, place: int, scale: Scale, severity: str | None) -> Html:
    told = as_finding(found)
    size = found.difference or 0.0
    cells = (
        tag("td", lane(told, pair.second, scale), class_="plot still"),
        *(tag("td", _share(share), class_="share") for share in (found.first, found.second)),
        tag("td", tag("b", _points(found)), mark(pair.uncalibrated.intersection(found.judges)), class_="value"),
        tag("td", interval(told, signed=True), class_="interval"),
        tag("td", probability(found.p) if found.n else "–", *_adjusted(found), class_="p"),
        *(tag("td", _cases(pair, found, which), class_="n") for which in ("gained", "lost")),
        tag("td", f"{found.n:,}", class_="n"),
        tag("td", f"{found.left_out:,}", class_="unscored"),
    )
    what = (tag("span", title(found.group), class_="title"), _severity(severity))
    return tag(
        "tbody",
        tag("tr", tag("th", *what, scope="row", class_="what"), *cells),
        data_sort_policy=f"{place}",
        data_sort_change=f"{size:.6f}",
        data_sort_gain=f"{-size:.6f}",
        data_sort_name=title(found.group),
        class_="whole" if place == 0 else None,
    )


def _severity(severity: str | None) -> Html | None:
    return tag("span", severity, class_=f"severity {severity}") if severity in _MARKED else None


def _share(share: float | None) -> str:
    return NOT_MEASURED if share is None else f"{plain(share, 'rate')}\N{NO-BREAK SPACE}%"


def _points(found: Change) -> str:
    return "–" if found.difference is None else plain(found.difference, "rate", signed=True)


def _adjusted(found: Change) -> list[Html]:
    """A principle's p as adjusted for looking at all principles."""
    told = (("Holm", found.p_holm), ("q", found.q))
    return [tag("span", f"{name} {probability(p)}", class_="of") for name, p in told if p is not None]


def _cases(pair: Pair, found: Change, which: str) -> Html | str:
    cases = found.gained if which == "gained" else found.lost
    if not cases:
        return "0"
    return tag(
        "button",
        f"{len(cases):,}",
        type="button",
        class_="figure quiet",
        data_row=pair.key(found.group),
        data_show=which,
        aria_label=f"{title(found.group)}: {count(len(cases), 'case')} {which}. Show both answers.",
    )
