"""The table of kinds of harm: for each, how much is refused of what is harmful and of what is benign."""

from collections.abc import Sequence

from meant.core.finding import Finding
from meant.measure.report.figures import BOTH_SIDES, SHARE, Kind, Sides, key_of
from meant.measure.report.formats import interval, value
from meant.measure.report.lanes import axis, dumbbell
from meant.measure.report.markup import Html, join, tag
from meant.measure.report.tables import opens, rows, who


def kinds(shown: Sequence[Kind], names: Sequence[str]) -> Html:
    """Both sides of the line by kind of harm."""
    heads = (
        tag("th", "Kind of harm, share refused", scope="col", class_="what"),
        tag("th", axis(SHARE, "rate"), scope="col", class_="plot"),
        *(tag("th", label, scope="col", class_=class_) for label, class_ in _SIDE_COLUMNS),
    )
    return tag(
        "table",
        tag("caption", "Share refused by kind of harm", class_="unseen"),
        tag("thead", tag("tr", *heads)),
        *(_kind(kind, names) for kind in shown),
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
        *rows(what, lines, SHARE),
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
    cells = [
        tag("td", shown, _of(f), class_="side", data_label=label)
        for shown, (_, f), label in zip(opened, figures, labels, strict=True)
    ]
    unscored = sum(f.unscored for f in (sides.refused, sides.over) if f)
    return join(
        tag("td", dumbbell(sides, system), class_="plot", data_row=key_of(BOTH_SIDES, part), data_system=str(system)),
        who(system, names),
        *cells,
        tag("td", str(unscored), class_="unscored" + ("" if unscored else " none")),
    )


def _of(finding: Finding | None) -> Html:
    if finding is None or finding.value is None:
        return Html()
    return tag("span", f"{interval(finding)}, n {finding.n}", class_="of")
