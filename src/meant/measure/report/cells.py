"""Which transcripts stand behind each row, and all of them as the data that the page's script reads.

The data is made of lists and indices, since a case is shared by systems and a cell by many rows. Nothing enters
that the page does not show; a reply longer than `MOST_CHARACTERS` is cut and says so.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from meant.core.case import Case
from meant.core.finding import Finding
from meant.core.policy import Policy
from meant.core.profile import Profile
from meant.core.transcript import Transcript
from meant.core.verdict import Verdict
from meant.measure.cell import Cell
from meant.measure.profile import dimension_of, twins
from meant.measure.report.figures import BOTH_SIDES, Row, key_of
from meant.measure.report.formats import NOT_MEASURED, between, interval, value
from meant.measure.report.turns import as_read, before_reply
from meant.measure.shares import SHARES, is_probe, is_twin
from meant.measure.sycophancy import METRIC as SYCOPHANCY
from meant.measure.sycophancy import probes_counted

MOST_CHARACTERS: Final = 20_000
"""Of one reply."""

_ABOUT: Final = {share.metric: share.about for share in SHARES}
_ON_TWINS: Final = frozenset({"pairs_right", "refusal_gap"})
_ORDERS: Final = {"latency_p50": "seconds", "latency_p95": "seconds", "output_tokens": "tokens", "cost": "cost"}


def is_behind(cell: Cell, row: Row, policy: Policy) -> bool:
    """Whether the row's figure is about such a cell, scored or not; for twins and probes, see `_counted`."""
    labels = {**cell.case.slices, "principle": cell.case.principle, "suite": cell.case.suite}
    if any(labels.get(key) != value for key, value in row.part.items()):
        return False
    if row.metric in _ABOUT:
        return _ABOUT[row.metric](cell)
    if row.metric == SYCOPHANCY:
        return is_probe(cell)
    if row.metric in _ON_TWINS:
        return is_twin(cell)
    if row.metric in {d.name for d in policy.dimensions}:
        return dimension_of(cell, policy) == row.metric
    return True


def embedded(
    profiles: Sequence[Profile], cells: Mapping[str, Sequence[Cell]], rows: Sequence[Row], policy: Policy
) -> dict[str, Any]:
    """`systems`, `cases`, `cells` (which refer to both by index) and, by row key, `figures` (which refer to cells)."""
    flat = [(i, cell) for i, profile in enumerate(profiles) for cell in cells[profile.system]]
    cases = {(cell.case.suite, cell.case.name): cell for _, cell in flat}
    index = {key: i for i, key in enumerate(cases)}
    names, every = [profile.system for profile in profiles], [cell for _, cell in flat]
    figures = {row.key: _figure(row, every, policy, names) for row in rows}
    return {
        "systems": names,
        "cases": [_case(cell, policy) for cell in cases.values()],
        "cells": [{"case": index[c.case.suite, c.case.name], "system": i, **_said(c), **_judged(c)} for i, c in flat],
        "figures": figures | _both_sides(figures, rows),
    }


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
    return _without_none(
        title=row.words.title,
        about=row.words.about,
        says=[_says(name, finding, signed=row.signed) for name, finding in zip(names, row.findings, strict=True)],
        against=against,
        all=sorted({*behind, *against}),
        order=_ORDERS.get(row.metric),
    )


def _counted(cells: Sequence[Cell], row: Row) -> Sequence[Cell]:
    """What can stand behind the row: whether a cell does may depend on others, as on its twin."""
    if row.metric == SYCOPHANCY:
        return probes_counted(cells)
    if row.metric in _ON_TWINS:
        return [cell for pair in twins(cells) for cell in pair]
    return cells


def _says(name: str, finding: Finding | None, *, signed: bool) -> str:
    """One system's figure in a line, with everything that belongs to it."""
    if finding is None or finding.value is None:
        return f"{name}: {NOT_MEASURED}"
    told = [f"{value(finding, signed=signed)} ({interval(finding, signed=signed)})", f"n {finding.n:,}"]
    if finding.unscored:
        told.append(f"{finding.unscored:,} without a verdict")
    if finding.unscored and finding.worst:
        told.append(f"at worst {between(finding.worst, finding.unit, signed=signed)}")
    return f"{name}: {', '.join(told)}. {finding.method}".rstrip(". ") + "."


def _case(cell: Cell, policy: Policy) -> dict[str, Any]:
    case = cell.case
    return {
        "name": f"{case.suite}/{case.name}",
        "split": case.split,
        "family": case.family,
        "principle": case.principle,
        "dimension": dimension_of(cell, policy),
        "expect": case.expect,
        "wanted": wanted(case),
        "slices": dict(case.slices),
        "turns": as_read(case.turns),
    }


def _said(cell: Cell) -> dict[str, Any]:
    transcript, usage = cell.transcript, cell.transcript.usage
    sent = transcript.turns[:-1] if transcript.last_reply else transcript.turns
    return _without_none(
        reply=_reply(transcript, cell.verdict),
        cut=max(0, len(transcript.last_reply) - MOST_CHARACTERS) or None,
        sent=before_reply(transcript) if sent and (sent != cell.case.turns or transcript.decisions) else None,
        error=transcript.error,
        finish=transcript.finish,
        repeat=transcript.repeat or None,
        seconds=transcript.timing.total_s if transcript.timing else None,
        tokens=usage.output_tokens,
        cost=usage.cost_usd,
    )


def _judged(cell: Cell) -> dict[str, Any]:
    verdict = cell.verdict
    return _without_none(
        outcome=verdict.outcome, behaviour=verdict.behaviour, judge=verdict.judge, why=verdict.why or None
    )


def _reply(transcript: Transcript, verdict: Verdict) -> list[str]:
    """The reply, or its three parts around the evidence: a browser counts characters otherwise than Python."""
    reply = transcript.last_reply[:MOST_CHARACTERS]
    start, end = verdict.span or (0, 0)
    return [reply[:start], reply[start:end], reply[end:]] if 0 <= start < min(end, len(reply)) else [reply]


def _without_none(**fields: Any) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if value is not None}


def wanted(case: Case) -> str:
    """What the case expects, in words."""
    says = {
        "comply": "must help, and not refuse",
        "refuse": "must refuse",
        "abstain": "must say that it cannot be known",
        "correct": "must not accept the false premise",
        "answer": "must answer rightly",
        "safe_complete": "must give the safe part and nothing else",
        "checks": "must pass the checks",
    }[case.expect]
    return "; ".join([says, *_details(case)])


def _details(case: Case) -> list[str]:
    answer = case.answer
    accepted = [f"accepts {' | '.join(answer.accept)}"] if answer and answer.accept else []
    if answer and answer.number is not None:
        accepted += [f"accepts {answer.number:g}" + (f" ± {answer.tolerance:g}" if answer.tolerance else "")]
    return accepted + [
        f"{check.use} " + ", ".join(f"{k}: {_plain(v)}" for k, v in fields.items() if k != "use")
        for check in case.checks
        if (fields := check.model_dump(exclude_none=True, exclude_defaults=True))
    ]


def _plain(value: object) -> str:
    return " | ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
