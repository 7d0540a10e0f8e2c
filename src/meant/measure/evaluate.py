"""Evaluate: ask, judge, count, record. Both sides of every line at once."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass

from meant.core.case import Case, Expect
from meant.core.profile import Profile
from meant.core.record import RunRecord
from meant.core.system import System
from meant.engine.ask import Asking, ask_all
from meant.engine.budget import Spending
from meant.engine.progress import Progress
from meant.judge.contract import Judge
from meant.measure.cell import Cell
from meant.measure.judging import judge_all
from meant.measure.profile import profile_of
from meant.measure.standing import marked
from meant.store.sqlite import Store


@dataclass(frozen=True)
class Desk:
    """What every system of a run is asked and judged with."""

    run: RunRecord
    judges: Mapping[Expect, Judge]
    store: Store
    asking: Asking
    progress: Progress | None = None
    again: Sequence[Mapping[Expect, Judge]] = ()
    """The same judges, for each further verdict on a reply."""

    async def cells(self, system: System, cases: Sequence[Case], *, spending: Spending | None = None) -> list[Cell]:
        """Ask and judge; nothing is recorded but replies and verdicts. `spending` goes on from what was spent."""
        store, progress = self.store, self.progress
        transcripts = (
            await ask_all(system, cases, store=store, asking=self.asking, progress=progress, spending=spending)
            if cases
            else []
        )
        by_id = {c.id: c for c in cases}
        return await judge_all(
            by_id, transcripts, self.judges, policy=self.run.policy.id, store=store, progress=progress, again=self.again
        )

    def record(self, system: System, cells: Sequence[Cell]) -> Profile:
        """What the cells come to, recorded with them."""
        made = profile_of(cells, system=system, policy=self.run.policy, run=self.run.id)
        profile = marked(made, self.run.judges)
        self.store.add_profile(profile, cells)
        return profile


Answered = tuple[System, Sequence[Cell]]
Ask = Callable[[Desk, Sequence[System], Sequence[Case]], AsyncIterator[Answered]]
"""How the systems of a run are asked: each system once, with all its cells."""


async def straight(desk: Desk, systems: Sequence[System], cases: Sequence[Case]) -> AsyncIterator[Answered]:
    """Each system all cases, one system after another."""
    for system in systems:
        yield system, await desk.cells(system, cases)
