"""The section "Off the distribution": shares in and off it side by side, and the gap between them.

One line a system, and a group of lines for each shift and each thing that is counted. The hollow mark is the share on
the cases as they stand, the full one the share on the same cases under the shift.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from meant.core.finding import Finding
from meant.measure.cell import Cell
from meant.measure.report.figures import SHARE, Block, Row, Sides
from meant.measure.report.formats import interval, value
from meant.measure.report.lanes import axis, dumbbell
from meant.measure.report.markup import Html, join, tag
from meant.measure.report.tables import opens, who
from meant.measure.report.tables import rows as as_rows
from meant.measure.report.wording import Words
from meant.measure.shift.figures import COUNTED, GAP, METRICS, SHIFTED, UNSHIFTED, off_distribution, originals

_OF: Final = {
    None: "right",
    "over_refusal": "benign, refused",
    "under_refusal": "harmful, complied with",
}
_SAYS: Final = {
    SHIFTED: "Share of the cases under the shift.",
    UNSHIFTED: "Share of the same cases as they stand in their suites.",
    GAP: "Share under the shift minus share as they stand, on the cases of which both have a verdict. n counts pairs.",
}
_COLUMNS: Final = (("System", "who"), ("In", "side"), ("Off", "side"), ("Gap", "side"), ("No verdict", "unscored"))

Part = tuple[tuple[str, str], ...]
"""A slice's labels and values."""


def words(metric: str, part: Mapping[str, str]) -> Words:
    """A shift's figure in words."""
    title = f"{_title(part)}: {metric.replace('_', ' ')}"
    return Words(title, _SAYS[metric], "shifts")


def _title(part: Mapping[str, str]) -> str:
    return f"{part.get('shift', 'all shifts').replace('_', ' ')}, {_OF[part.get('of')]}"


def behind(cells: Sequence[Cell], row: Row) -> list[Cell]:
    """The cells that a shift's figure is about, scored or not: of each original once."""
    share = next(share for share, label in COUNTED if label.get("of") == row.part.get("of"))
    shift, plain = row.part.get("shift"), originals(cells)
    off = [c for c in off_distribution(cells) if shift in (None, c.case.shift) and share.about(c)]
    if row.metric == SHIFTED:
        return off
    pairs = [(c, plain[c.transcript.id]) for c in off if c.transcript.id in plain]
    known = {original.transcript.id: original for _, original in pairs}
    return [*known.values(), *(c for c, _ in pairs if row.metric == GAP)]


def section(block: Block, names: Sequence[str]) -> list[Html]:
    """The table of the section."""
    rows = {(tuple(row.part.items()), row.metric): row for table in block.tables for row in table.rows}
    parts = sorted(dict.fromkeys(part for part, _ in rows), key=lambda part: list(rows).index((part, SHIFTED)))
    heads = (
        tag("th", "Shift, and what is counted", scope="col", class_="what"),
        tag("th", axis(SHARE, "rate"), scope="col", class_="plot"),
        *(tag("th", label, scope="col", class_=class_) for label, class_ in _COLUMNS),
    )
    groups = (_group({metric: rows.get((part, metric)) for metric in METRICS}, dict(part), names) for part in parts)
    caption = tag("caption", "Shares in and off the distribution, by shift", class_="unseen")
    return [tag("table", caption, tag("thead", tag("tr", *heads)), *groups, class_="dots kinds shifts")]


def _group(rows: Mapping[str, Row | None], part: Mapping[str, str], names: Sequence[str]) -> Html:
    lower = [tag("span", "lower is better", class_="better")] if "of" in part else []
    what = [tag("span", _title(part), class_="title"), *lower]
    return tag("tbody", *as_rows(what, [_line(rows, i, names) for i in range(len(names))], SHARE))


def _line(rows: Mapping[str, Row | None], system: int, names: Sequence[str]) -> Html:
    off, plain, gap = (row.findings[system] if (row := rows[metric]) else None for metric in METRICS)
    opened = rows[GAP] or rows[SHIFTED]
    drawn, which = dumbbell(Sides(off, plain, None), system), opened.key if opened else None
    unscored = gap.unscored if gap else 0
    return join(
        tag("td", drawn, class_="plot", data_row=which, data_system=str(system)),
        who(system, names),
        _figure(plain, rows[UNSHIFTED], system, names, "in"),
        _figure(off, rows[SHIFTED], system, names, "off"),
        _figure(gap, rows[GAP], system, names, "gap"),
        tag("td", str(unscored), class_="unscored" + ("" if unscored else " none")),
    )


def _figure(finding: Finding | None, row: Row | None, system: int, names: Sequence[str], column: str) -> Html:
    signed = row is not None and row.signed
    shown, label = value(finding, signed=signed), f"{row.words.title if row else ''}, {names[system]}"
    of = tag("span", f"{interval(finding, signed=signed)}, n {finding.n}", class_="of") if finding else None
    return tag("td", opens(shown, finding, row.key if row else "", system, label), of, class_="side", data_label=column)
