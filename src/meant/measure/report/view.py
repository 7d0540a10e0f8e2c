"""Builds the view: every finding of every profile in its block, table and row.

Nothing is dropped: a metric without words of its own lands under "Other figures", and a principle that no case
measured is listed as such.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import get_args

from meant.core.finding import Finding, Unit
from meant.core.policy import Policy, Severity
from meant.core.profile import Profile
from meant.measure.report import shifts
from meant.measure.report.figures import SHARE, SIGNED, Block, Kind, Row, Scale, Sides, Table, View, complement, key_of
from meant.measure.report.wording import BlockId, words
from meant.measure.shift.figures import METRICS as SHIFT_METRICS

_SEVERE_FIRST: tuple[str | None, ...] = (*reversed(get_args(Severity)), None)
_STEPS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)


def build(profiles: Sequence[Profile], policy: Policy) -> View:
    """The view of these profiles, systems in their order."""
    rows = tuple(_rows(profiles, policy))
    blocks = (_block(id_, rows, policy) for id_ in get_args(BlockId))
    return View(
        rows=rows,
        blocks=tuple(block for block in blocks if block.tables),
        sides=_sides(rows, {}, len(profiles)),
        kinds=_kinds(rows, len(profiles)),
        unmeasured=tuple(p for p in policy.principles if not any(_row(rows, p.id).findings)),
        methods=tuple(dict.fromkeys(method for p in profiles for f in p.findings for method in _methods(f))),
    )


def nice_scale(high: float) -> Scale:
    """From 0 to a round number at or above `high`, in four or five steps (5 for 0)."""
    if high <= 0:
        return Scale(0.0, 5.0, (0.0, 1.0, 2.0, 3.0, 4.0, 5.0))
    power = 10.0 ** math.floor(math.log10(high))
    step = next(s * power for s in _STEPS if s * power * 5 >= high)
    count = max(1, math.ceil(high / step - 1e-9))
    return Scale(0.0, count * step, tuple(i * step for i in range(count + 1)))


def _rows(profiles: Sequence[Profile], policy: Policy) -> Iterable[Row]:
    found = [{key_of(f.metric, f.slice): f for f in profile.findings} for profile in profiles]
    known = {key: (f.metric, f.slice) for findings in found for key, f in findings.items()}
    asked = [{"principle": p.id} for p in policy.principles]
    known |= {key_of("principle", part): ("principle", part) for part in asked}
    severities = {p.id: p.severity for p in policy.principles}
    below = {f.metric for profile in profiles for f in profile.findings if f.value is not None and f.value < 0}
    for key, (metric, part) in known.items():
        findings = tuple(by_key.get(key) for by_key in found)
        said = shifts.words(metric, part) if metric in SHIFT_METRICS else words(metric, part, policy)
        said = said._replace(signed=metric in below or metric.endswith("_gap"))
        yield Row(key, metric, part, said, findings, severities.get(part.get("principle", "")))


def _methods(finding: Finding) -> Iterable[str]:
    """Of the figure, and of what corrects it."""
    return (made.method for made in (finding, finding.corrected) if made and made.method)


def _row(rows: Sequence[Row], principle: str) -> Row:
    return next(row for row in rows if row.key == key_of("principle", {"principle": principle}))


def _block(id_: BlockId, rows: Sequence[Row], policy: Policy) -> Block:
    mine = [row for row in rows if row.words.block == id_ and any(row.findings)]
    return Block(id_, tuple(_tables(sorted(mine, key=lambda row: _place(row, policy)))))


def _place(row: Row, policy: Policy) -> tuple[float | str, ...]:
    """Where a row stands in its block: principles by severity and then the lowest; dimensions as in the policy.

    Among the others a metric's parts follow its whole, and differences of shares the shares.
    """
    if row.words.block == "principles":
        return (_SEVERE_FIRST.index(row.severity), row.lowest)
    if row.words.block == "policy":
        names = [d.name for d in policy.dimensions]
        return (names.index(row.metric) if row.metric in names else len(names),)
    if row.words.block == "other":
        return (row.signed, row.metric, *row.part.values())
    return (row.words.order,)


def _tables(rows: Iterable[Row]) -> Iterable[Table]:
    for (unit, signed, _), group in groupby(rows, key=lambda row: (row.unit, row.signed, row.beyond)):
        members = tuple(group)
        yield Table(unit, SIGNED if signed else _scale(unit, members), members)


def _scale(unit: Unit, rows: Sequence[Row]) -> Scale:
    if unit == "rate" and not any(row.beyond for row in rows):
        return SHARE
    return nice_scale(max((row.highest for row in rows), default=0.0))


def _sides(rows: Sequence[Row], part: Mapping[str, str], systems: int) -> tuple[Sides, ...]:
    by_key = {row.key: row.findings for row in rows}
    none: tuple[Finding | None, ...] = (None,) * systems
    under, over, partial = (by_key.get(key_of(m, part), none) for m in ("under_refusal", "over_refusal", "partial"))
    refused = (f and complement(f) for f in under)
    return tuple(Sides(*three) for three in zip(refused, over, partial, strict=True))


def _kinds(rows: Sequence[Row], systems: int) -> tuple[Kind, ...]:
    harms = dict.fromkeys(row.part["harm"] for row in rows if row.words.block == "harm")
    kinds = (Kind(harm, _sides(rows, {"harm": harm}, systems)) for harm in harms)
    return tuple(sorted(kinds, key=lambda kind: (kind.lowest, kind.harm)))
