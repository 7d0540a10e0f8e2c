"""All cells as the data that the page's script reads: cases, replies, verdicts. Turns and calls: see `turns`.

A case is shared by systems, hence the indices. Nothing enters that the page does not show; a reply longer than
`MOST_CHARACTERS` is cut and says so. What stands behind each figure: see `behind`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from meant.core.case import Case
from meant.core.policy import Policy
from meant.core.profile import Profile
from meant.core.transcript import Transcript
from meant.core.verdict import Verdict
from meant.measure.cell import Cell
from meant.measure.profile import dimension_of
from meant.measure.report.data import MOST_CHARACTERS, cut, without_none
from meant.measure.report.turns import asked, happened


def embedded(profiles: Sequence[Profile], cells: Mapping[str, Sequence[Cell]], policy: Policy) -> dict[str, Any]:
    """`systems`, `principles`, `cases`, and `cells`, which refer to systems and cases by index."""
    flat = flattened(profiles, cells)
    cases = {(cell.case.suite, cell.case.name): cell for _, cell in flat}
    index = {key: i for i, key in enumerate(cases)}
    return {
        "systems": [profile.system for profile in profiles],
        "principles": {p.id: {"severity": p.severity, "says": p.says} for p in policy.principles},
        "cases": [_case(cell, policy) for cell in cases.values()],
        "cells": [{"case": index[c.case.suite, c.case.name], "system": i, **_said(c), **_judged(c)} for i, c in flat],
    }


def flattened(profiles: Sequence[Profile], cells: Mapping[str, Sequence[Cell]]) -> list[tuple[int, Cell]]:
    """Every cell with its system's place, in the order in which the page's data holds them."""
    return [(i, cell) for i, profile in enumerate(profiles) for cell in cells[profile.system]]


def _case(cell: Cell, policy: Policy) -> dict[str, Any]:
    case = cell.case
    right = next((i for i, choice in enumerate(case.choices) if case.answer and choice in case.answer.accept), None)
    return without_none(
        name=f"{case.suite}/{case.name}",
        suite=case.suite,
        split=case.split,
        family=case.family,
        principle=case.principle,
        dimension=dimension_of(cell, policy),
        expect=case.expect,
        wanted=wanted(case),
        slices=dict(case.slices),
        turns=asked(case),
        choices=list(case.choices) or None,
        right=right,
        tools=[[tool.name, tool.says] for tool in case.tools] or None,
        shift=case.shift,
    )


def _said(cell: Cell) -> dict[str, Any]:
    transcript, usage = cell.transcript, cell.transcript.usage
    return without_none(
        reply=_reply(transcript, cell.verdict),
        cut=cut(transcript.last_reply),
        **happened(cell.case, transcript),
        nats=transcript.choice_nats,
        error=transcript.error,
        finish=None if transcript.finish == "stop" else transcript.finish,
        repeat=transcript.repeat or None,
        seconds=transcript.timing.total_s if transcript.timing else None,
        sent_tokens=usage.input_tokens,
        tokens=usage.output_tokens,
        cost=usage.cost_usd,
    )


def _judged(cell: Cell) -> dict[str, Any]:
    verdict = cell.verdict
    return without_none(
        outcome=verdict.outcome,
        behaviour=verdict.behaviour,
        judge=verdict.judge,
        score=verdict.score,
        why=verdict.why or None,
    )


def _reply(transcript: Transcript, verdict: Verdict) -> list[str]:
    """The reply, or its three parts around the evidence: a browser counts characters otherwise than Python."""
    reply = transcript.last_reply[:MOST_CHARACTERS]
    start, end = verdict.span or (0, 0)
    return [reply[:start], reply[start:end], reply[end:]] if 0 <= start < min(end, len(reply)) else [reply]


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
        "choice": "must choose the right option",
        "scored": "must satisfy the scorer of the task that it comes from",
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
