"""A gate that stops when it knows: families in a random order, a batch at a time, both systems each.

Its rule: the order is the seed's, so that the same command after a kill asks the same families again, which the store
answers, and goes on from there. It stops when the outcome is known, the cases run out, a budget is spent, or nothing at
all is answered. A family that the budget cut short was not asked, and is not counted as unscored.
"""

import random
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from meant.core.case import Case
from meant.core.gate import GateRow, Stopping
from meant.core.policy import GateRules, Policy
from meant.core.system import System
from meant.engine.ask import NOT_ASKED
from meant.engine.budget import Spending
from meant.measure.cell import Cell
from meant.measure.evaluate import Answered, Desk
from meant.measure.gate_watch import GateWatch

BATCH = 20
"""Families between two looks."""


@dataclass
class Sequentially:
    """One sequential gate: `ask` is for `run_plan`; afterwards `rows` and `stopping` say what came of it."""

    policy: Policy
    rules: GateRules
    seed: int
    batch: int = BATCH
    rows: Sequence[GateRow] = field(default=(), init=False)
    stopping: Stopping | None = field(default=None, init=False)

    async def ask(self, desk: Desk, systems: Sequence[System], cases: Sequence[Case]) -> AsyncIterator[Answered]:
        """Baseline and candidate, each with the cells of all families that were asked."""
        watch = GateWatch(cases, policy=self.policy, rules=self.rules)
        cells: list[list[Cell]] = [[] for _ in systems]
        spent = [Spending(desk.asking.budget) for _ in systems]
        for families in self._batches(cases):
            part = [case for case in cases if case.family in families]
            new = [await desk.cells(system, part, spending=s) for system, s in zip(systems, spent, strict=True)]
            left_out = {cell.case.family for side in new for cell in side if _not_asked(cell)}
            new = [[cell for cell in side if cell.case.family not in left_out] for side in new]
            cells = [[*mine, *more] for mine, more in zip(cells, new, strict=True)]
            watch.see([family for family in families if family not in left_out], *new)
            if watch.known or any(s.spent() for s in spent) or any(map(_mute, cells)):
                break
        self.rows = watch.rows(*cells)
        asked = len({cell.case.id for cell in cells[0]})
        self.stopping = Stopping(
            seed=self.seed, batch=self.batch, looks=watch.looks, asked=asked, not_asked=len(cases) - asked
        )
        for system, mine in zip(systems, cells, strict=True):
            yield system, mine

    def _batches(self, cases: Sequence[Case]) -> list[list[str]]:
        families = sorted({case.family for case in cases})
        random.Random(self.seed).shuffle(families)  # noqa: S311 - an order, and no secret
        return [families[i : i + self.batch] for i in range(0, len(families), self.batch)]


def _not_asked(cell: Cell) -> bool:
    return (cell.transcript.error or "").startswith(NOT_ASKED)


def _mute(cells: Sequence[Cell]) -> bool:
    return all(cell.verdict.outcome == "error" for cell in cells)
