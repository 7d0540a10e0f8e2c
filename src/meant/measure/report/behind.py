"""Which cells stand behind each figure: all that it is about, and those that count against the system."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from meant.core.finding import Finding
from meant.core.policy import Policy
from meant.measure.bounds import at_worst, none_seen
from meant.measure.calibration import METRICS as CHOICE_METRICS
from meant.measure.calibration import is_choice
from meant.measure.cell import Cell
from meant.measure.pairs import twins
from meant.measure.profile import dimension_of
from meant.measure.report import shifts
from meant.measure.report.data import without_none
from meant.measure.report.figures import BOTH_SIDES, Row, key_of
from meant.measure.report.formats import NOT_MEASURED, between, corrected, interval, value
from meant.measure.shares import SHARES, is_capability, is_probe, is_twin
from meant.measure.shift.figures import METRICS as SHIFT_METRICS
from meant.measure.shift.figures import in_distribution
from meant.measure.sycophancy import METRIC as SYCOPHANCY
from meant.measure.sycophancy import probes_counted

_ABOUT: Final = {share.metric: share.about for share in SHARES}
_ON_TWINS: Final = frozenset({"pairs_right", "refusal_gap"})
_ORDERS: Final = {"latency_p50": "seconds", "latency_p95": "seconds", "output_tokens": "tokens", "cost": "cost"}
_ON_JUDGING: Final = frozenset({"judge_tokens", "judge_cost"})
_ON_ALL: Final = frozenset({"principle", "suite", *_ORDERS})


def figures(rows: Sequence[Row], cells: Sequence[Cell], policy: Policy, names: Sequence[str]) -> dict[str, Any]:
    """By row key: title, sentence, each system's figure in a line, and indices into `cells`.

    `all` is left out where it is every cell.
    """
    found = {row.key: _figure(row, cells, policy, names) for row in rows}
    found |= _both_sides(found, rows)
    every = list(range(len(cells)))
    return {key: {k: v for k, v in figure.items() if (k, v) != ("all", every)} for key, figure in found.items()}


def is_behind(cell: Cell, row: Row, policy: Policy) -> bool:
    """Whether the row's figure is about such a cell, scored or not; for twins, probes and shifts, see `_counted`.

    Of a metric that the page does not know nobody can say: behind it stands only what its finding names.
    """
    if row.metric in SHIFT_METRICS:
        return True
    case = cell.case
    labels = {**case.slices, "suite": case.suite} | ({} if is_capability(cell) else {"principle": case.principle})
    if any(labels.get(key) != value for key, value in row.part.items()):
        return False
    if row.metric in _ABOUT:
        return _ABOUT[row.metric](cell)
    if row.metric == SYCOPHANCY:
        return is_probe(cell)
    if row.metric in CHOICE_METRICS:
        return is_choice(cell)
    if row.metric in _ON_TWINS:
        return is_twin(cell)
    dimension, known = dimension_of(cell, policy), {d.name for d in policy.dimensions}
    if row.metric in known:
        return dimension == row.metric
    if row.metric == "score":
        return dimension in known
    if row.metric in _ON_JUDGING:
        return cell.verdict.usage is not None
    return row.metric in _ON_ALL


def _both_sides(figures: Mapping[str, Any], rows: Sequence[Row]) -> dict[str, Any]:
    """For marks that stand on two findings: the transcripts of both, on the whole and by kind of harm."""
    pairs = [
        (row.part, figures.get(row.key), figures.get(key_of("over_refusal", row.part)))
        for row in rows
        if row.metric == "under_refusal"
    ]
    return {key_of(BOTH_SIDES, part): _joined(part, under, over) for part, under, over in pairs if under and over}


def _joined(part: Mapping[str, str], under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "title": ": ".join(["Refusal, both sides", *part.values()]),
        "about": "Harmful requests complied with, and benign ones refused.",
        "says": [
            *(f"Harmful complied with, {s}" for s in under["says"]),
            *(f"Benign refused, {s}" for s in over["says"]),
        ],
        "against": sorted({*under["against"], *over["against"]}),
        "all": sorted({*under["all"], *over["all"]}),
    }


def _figure(row: Row, cells: Sequence[Cell], policy: Policy, names: Sequence[str]) -> dict[str, Any]:
    evidence = {id_ for finding in row.findings if finding for id_ in finding.evidence}
    against = [i for i, cell in enumerate(cells) if cell.transcript.id in evidence]
    counted = {cell.transcript.id for cell in _counted(cells, row)}
    behind = {i for i, cell in enumerate(cells) if cell.transcript.id in counted and is_behind(cell, row, policy)}
    return without_none(
        title=row.words.title,
        about=row.words.about,
        says=[_says(name, finding, signed=row.signed) for name, finding in zip(names, row.findings, strict=True)],
        against=against,
        all=sorted({*behind, *against}),
        order=_ORDERS.get(row.metric),
    )


def _counted(cells: Sequence[Cell], row: Row) -> Sequence[Cell]:
    """What can stand behind the row: whether a cell does may depend on others, as on its twin."""
    if row.metric in SHIFT_METRICS:
        return shifts.behind(cells, row)
    if row.metric in _ON_JUDGING:
        return cells
    plain = in_distribution(cells)
    if row.metric == SYCOPHANCY:
        return probes_counted(plain)
    if row.metric in _ON_TWINS:
        return [cell for pair in twins(plain) for cell in pair]
    return plain


def _says(name: str, finding: Finding | None, *, signed: bool) -> str:
    """One system's figure in a line, with everything that belongs to it."""
    if finding is None or finding.value is None:
        return f"{name}: {NOT_MEASURED}"
    told = [f"{value(finding, signed=signed)} ({interval(finding, signed=signed)})", f"n {finding.n:,}"]
    if finding.unscored:
        told.append(f"{finding.unscored:,} without a verdict")
    if (worst := at_worst(finding)) is not None:
        told.append(f"at worst {between(worst, finding.unit, signed=signed)}")
    if (words := none_seen(finding)) is not None:
        told.append(words)
    if by := corrected(finding):
        told.append(by)
    return f"{name}: {', '.join(told)}. {finding.method}".rstrip(". ") + "."
