"""The section on slices: a table a label, a row a value, with every system's share and the widest gap.

Without script the tables stand below each other; with it, one is shown and a picker says which.
"""

from collections.abc import Sequence
from typing import Final
from urllib.parse import quote, urlencode

from meant.core.finding import Finding
from meant.measure.report.figures import SHARE
from meant.measure.report.formats import count, interval, plain, value
from meant.measure.report.lanes import axis, key, overlay
from meant.measure.report.markup import Html, join, section, tag
from meant.measure.report.parts import FEW, Label, Part
from meant.measure.report.tables import name, sorting

_LEAD: Final = (
    "Share of cases that went well, by the labels that cases carry. Look here for what an average hides; then look at "
    "the transcripts, since a label says what a case is about and not why it went wrong."
)
_FEW: Final = (
    f"Rows in grey have fewer than {FEW} verdicts of some system: their shares are mostly chance, and they sort last."
)
_GAP: Final = (
    " The gap is the widest of any two systems, on the cases on which both have a verdict; the widest of many gaps is "
    "wide by chance too."
)
_WAYS: Final[tuple[tuple[str, str], ...]] = (
    ("n", "most cases"),
    ("gap", "widest gap"),
    ("lowest", "worst first"),
    ("name", "name"),
)


def by_slice(labels: Sequence[Label], names: Sequence[str]) -> Html | None:
    """The section; None where no case carries a label."""
    if not labels:
        return None
    ways = [way for way in _WAYS if way[0] != "gap" or len(names) > 1]
    options = [tag("option", f"{label.name} ({len(label.parts) + label.more})", value=_id(label)) for label in labels]
    picker = tag("label", "Break down by ", tag("select", *options, data_show="label"))
    return section(
        "slices",
        "Slices",
        tag("p", _LEAD, class_="lead"),
        tag("p", picker, class_="picker"),
        sorting(*ways),
        *(_label(label, names) for label in labels),
        tag("p", _FEW, _GAP if len(names) > 1 else None, class_="unmeasured"),
    )


def _id(label: Label) -> str:
    return f"label-{label.name}"


def _label(label: Label, names: Sequence[str]) -> Html:
    more = f" {label.more:,} more values, of fewer cases, are not shown." if label.more else ""
    caption = join("By ", tag("b", label.name), f": {count(label.cases, 'case')} carry it.{more}")
    heads = (
        tag("th", label.name, scope="col", class_="what"),
        tag("th", axis(SHARE, "rate"), tag("span", "Share right", class_="unseen"), scope="col", class_="plot"),
        *(tag("th", name(i, names), scope="col", class_="share") for i in range(len(names))),
        tag("th", "Gap, points", scope="col", class_="gap") if len(names) > 1 else None,
    )
    table = tag(
        "table",
        tag("caption", caption),
        tag("thead", tag("tr", *heads)),
        *(_row(part, names) for part in label.parts),
        class_=f"dots slices of-{len(names)}",
        data_sorted="",
    )
    return tag("div", table, id=_id(label), class_="by-label", data_shown_by="label")


def _row(part: Part, names: Sequence[str]) -> Html:
    gap = part.gap.change.difference if part.gap else None
    cells = (
        tag("th", _opens(part.value, part, f"{part.label} {part.value}"), _few(part), scope="row", class_="what"),
        tag("td", overlay(part.findings, SHARE), class_="plot still"),
        *(tag("td", *_share(part, i, names), class_="share") for i in range(len(names))),
        tag("td", *_gap(part, names), class_="gap") if len(names) > 1 else None,
    )
    return tag(
        "tbody",
        tag("tr", *cells),
        class_="few" if part.few else None,
        data_sort_last="1" if part.few else "0",
        data_sort_n=str(-part.n),
        data_sort_gap=f"{-(gap or 0.0):.6f}",
        data_sort_lowest=f"{part.lowest:.6f}",
        data_sort_name=part.value,
    )


def _few(part: Part) -> Html | None:
    return tag("span", f" under {FEW} verdicts", class_="of") if part.few else None


def _share(part: Part, system: int, names: Sequence[str]) -> list[Html | None]:
    finding = part.findings[system]
    if finding is None:
        return [tag("span", "not measured", class_="absent")]
    label = f"{part.label} {part.value}, {names[system]}: {value(finding)}"
    failed = {"outcome": "fail"} if finding.evidence else {}
    return [_opens(value(finding), part, label, system=str(system), **failed), _of(finding, system)]


def _of(finding: Finding, system: int) -> Html:
    told = [interval(finding), f"n {finding.n}", *([f"{finding.unscored} no verdict"] if finding.unscored else [])]
    kept = (one.replace(" ", "\N{NO-BREAK SPACE}") for one in told)
    return tag("span", key(system), ", ".join(kept), class_="of")


def _gap(part: Part, names: Sequence[str]) -> list[Html | None]:
    gap = part.gap
    if gap is None or gap.change.difference is None or gap.change.interval is None:
        return [tag("span", "–", class_="absent")]
    points, (low, high) = plain(gap.change.difference, "rate", signed=True), gap.change.interval
    ends = " to ".join(plain(end, "rate", signed=True) for end in (low, high))
    if gap.change.difference == 0:
        return [tag("b", points), tag("span", ends, class_="of")]
    ahead = tag("span", f"{names[gap.ahead]} ahead", class_="unseen")
    return [tag("b", points), Html(" "), key(gap.ahead), ahead, tag("span", ends, class_="of")]


def _opens(shown: str, part: Part, label: str, **filters: str) -> Html:
    where = {"figure": "*", "slice": f"{part.label}={part.value}", **filters}
    return tag(
        "button",
        shown,
        type="button",
        class_="figure quiet",
        data_open=urlencode(where, quote_via=quote),
        aria_label=f"{label}. Show transcripts.",
    )
