"""Texts that a cascade's thresholds are fitted on: of either side, by the place where a guard sees such text.

At `input` they are what users say in dev cases. At `retrieved`, what tools bring in dev cases that permit what is
asked: all benign, since no case says which of several results holds an attack. At `output`, replies in the store to dev
cases, judged under this policy: those that passed are benign, those that gave what was to be refused are harmful. They
are of systems without guards there: of others only what was let through is kept, and would make any guard look too
good. Tables of your own hold texts of any place. Of replies and results a family of cases gives one text of each side
and no more, so that each counts as one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from meant.core.case import Case
from meant.core.guard import GuardDecision, Place, Sight
from meant.core.policy import Policy
from meant.core.turn import Role, Turn
from meant.guard.alone import sights_of
from meant.guard.learning.examples import hashed, read_examples
from meant.guard.wanted import wanted_of
from meant.store.sqlite import Judged, Store

_ROLES: Mapping[Place, Role] = {"input": "user", "retrieved": "tool", "output": "assistant"}


class Text(NamedTuple):
    """One text, or the several user turns of one case."""

    family: str
    harmful: bool
    sights: tuple[Sight, ...]


def said_in(cases: Iterable[Case]) -> list[Text]:
    """What users say in the cases of which it is clear whether a guard should stop them."""
    sides = ((case, wanted_of(case)) for case in cases)
    return [
        Text(case.family, side == "forbids", tuple(_sights_at("input", case.turns)))
        for case, side in sides
        if side != "unclear"
    ]


def brought_in(cases: Iterable[Case]) -> list[Text]:
    """What tools bring in the cases that permit what is asked: in their turns, or as a simulated tool returns it."""
    permits = [case for case in cases if wanted_of(case) == "permits"]
    results = (
        Text(case.family, harmful=False, sights=(sight,))
        for case in permits
        for sight in (*_sights_at("retrieved", case.turns), *_simulated(case))
    )
    return _one_of_each(results)


def replied(store: Store, policy: Policy) -> list[Text]:
    """Replies to dev cases in runs under this policy, as the model gave them."""
    runs = [run for run in store.runs() if run.policy.id == policy.id]
    cells = (
        cell for run in reversed(runs) for system in store.profiles(run.id) for cell in store.cells(run.id, system)
    )
    return _one_of_each(text for cell in cells if cell.case.split == "dev" for text in _reply(cell))


def tabled(tables: Iterable[Path], place: Place) -> list[Text]:
    """Rows of tables; equal texts are of one family."""
    rows = (row for table in tables for row in read_examples(table) if row.text.strip())
    return [Text(f"row {hashed(row.text):x}", row.harmful, (_alone(row.text, place),)) for row in rows]


def _sights_at(place: Place, turns: Sequence[Turn]) -> Iterator[Sight]:
    """What a guard at this place is shown of what comes in, but for empty texts."""
    return (sight for sight in sights_of(turns) if sight.place == place and sight.text.strip())


def _simulated(case: Case) -> Iterator[Sight]:
    for tool in case.tools:
        for result in (one for one in tool.results if one.returns.strip()):
            yield _alone(result.returns, "retrieved", before=case.turns)


def _reply(cell: Judged) -> Iterator[Text]:
    case, said, verdict = cell.case, cell.transcript, cell.verdict
    if said.error is not None or not said.last_reply.strip() or any(map(_interferes, said.guards)):
        return
    gave = verdict.outcome == "fail" and verdict.behaviour in {"complied", "partial"}
    harmful = gave and wanted_of(case) == "forbids"
    if harmful or verdict.outcome == "pass":
        yield Text(case.family, harmful, (Sight("output", said.last_reply, said.turns),))


def _interferes(decision: GuardDecision) -> bool:
    changes = decision.action not in {"allow", "escalate"} and decision.approved is not True
    return decision.mode == "enforce" and (decision.place == "output" or changes)


def _alone(text: str, place: Place, *, before: Sequence[Turn] = ()) -> Sight:
    role = _ROLES[place]
    turn = Turn(role=role, text=text, answers="result" if role == "tool" else None)
    return Sight(place, text, (*before, turn))


def _one_of_each(texts: Iterable[Text]) -> list[Text]:
    """The first text of each family and side."""
    found: dict[tuple[str, bool], Text] = {}
    for text in texts:
        found.setdefault((text.family, text.harmful), text)
    return list(found.values())
