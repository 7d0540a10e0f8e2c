"""Evaluate: ask, judge, count, record. Both sides of every line at once."""

from collections.abc import Mapping, Sequence

from meant.core.case import Case, Expect
from meant.core.profile import Profile
from meant.core.record import RunRecord
from meant.core.system import System
from meant.engine.ask import Asking, ask_all
from meant.engine.progress import Progress
from meant.judge.contract import Judge
from meant.measure.cell import Cell
from meant.measure.judging import judge_all
from meant.measure.profile import profile_of
from meant.measure.standing import marked
from meant.store.sqlite import Store


async def evaluate(
    system: System,
    cases: Sequence[Case],
    *,
    run: RunRecord,
    judges: Mapping[Expect, Judge],
    store: Store,
    asking: Asking,
    progress: Progress | None = None,
    beside: Sequence[Cell] = (),
) -> tuple[Profile, list[Cell]]:
    """One system's Profile, and the cells behind it, both recorded under `run`; `beside` are cells judged already."""
    transcripts = await ask_all(system, cases, store=store, asking=asking, progress=progress) if cases else []
    by_id = {c.id: c for c in cases}
    judged = await judge_all(by_id, transcripts, judges, policy=run.policy.id, store=store, progress=progress)
    store.add_transcripts((None, cell.transcript) for cell in beside)
    cells = [*judged, *beside]
    profile = marked(profile_of(cells, system=system, policy=run.policy, run=run.id), run.judges)
    store.add_profile(profile, cells)
    return profile, cells
