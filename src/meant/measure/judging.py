"""Judging: each case goes to the judge of its expectation; the boundary turns failures into "error", not scores.

A judge that asks somebody is waited for several times at once, and what it says is kept in the store as it comes:
under a key made of the judge's name, the transcript, the case and the policy, that is, of all that could change it.
The same command after a kill asks it only about what is missing. Failures have no key: it is asked again. Asked for
several verdicts on one reply, it gives each under a key of its own: the first counts, the others tell how it wavers.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from meant.core.base import content_id
from meant.core.case import Case, Expect
from meant.core.errors import ConfigError
from meant.core.transcript import Transcript
from meant.core.verdict import Verdict
from meant.engine.ask import HOPELESS
from meant.engine.progress import Progress, Quiet
from meant.engine.together import together
from meant.judge.contract import JUDGES, Asks, Judge, no_verdict, verdict_on
from meant.measure.cell import Cell
from meant.measure.shift.contract import original_of
from meant.measure.shift.reading import as_judged, unread
from meant.store.sqlite import Store

DEFAULT_JUDGES = ("refusal", "checks", "answer", "choice")


class _Job(NamedTuple):
    """One transcript for a judge that asks somebody."""

    place: tuple[int, int]
    """Of the transcript, and of the verdict among those on it."""
    case: Case
    transcript: Transcript
    key: str


def judges_by_expectation(judges: Iterable[Judge]) -> dict[Expect, Judge]:
    """Each expectation's judge; where two could, the first."""
    found: dict[Expect, Judge] = {}
    for judge in judges:
        found |= {expect: judge for expect in judge.expects if expect not in found}
    return found


def default_judges() -> dict[Expect, Judge]:
    """Each expectation's built-in judge; none of them asks anybody."""
    return judges_by_expectation(JUDGES.build({"use": name}) for name in DEFAULT_JUDGES)


async def judge_all(
    cases: Mapping[str, Case],
    transcripts: Sequence[Transcript],
    judges: Mapping[Expect, Judge],
    *,
    policy: str,
    store: Store,
    progress: Progress | None = None,
    again: Sequence[Mapping[Expect, Judge]] = (),
) -> list[Cell]:
    """One cell for each transcript; `cases` by id, `policy` the id of the one that is judged by.

    `again` holds the same judges for each further verdict on a reply; those that ask nobody would say the same again.
    Raises ConfigError for an expectation that no judge covers, before anybody is asked.
    A judge reads a shifted case with the words of its original, where that is among the cases. Judges that ask a model
    read any language; of the others, what is not in English is `unread`.
    """
    pairs = [(cases[t.case], t) for t in transcripts]
    if strange := next((c for c, _ in pairs if c.expect not in judges), None):
        raise ConfigError(f"no judge covers expect: {strange.expect} (case {strange.suite}/{strange.name})")
    plain = {original_of(case): case for case in cases.values() if case.shift is None}
    done: dict[tuple[int, int], Verdict] = {}
    desks = {
        (judge.name, time): _Desk(judge, store, done)
        for time, by in enumerate((judges, *again))
        for judge in by.values()
        if isinstance(judge, Asks)
    }
    for place, (case, transcript) in enumerate(pairs):
        judge, judged = judges[case.expect], as_judged(case, plain.get(original_of(case)))
        if (judge.name, 0) in desks and transcript.error is None:
            asked = [judge.name, transcript.id, judged.id, policy]
            for time in range(1 + len(again)):
                key = content_id([*asked, time] if time else asked)
                desks[judge.name, time].jobs.append(_Job((place, time), judged, transcript, key))
        else:
            done[place, 0] = unread(case, transcript, await verdict_on(judged, transcript, judge))
    for desk in desks.values():
        await desk.run(progress or Quiet())
    later = [tuple(done[i, t] for t in range(1, 1 + len(again)) if (i, t) in done) for i in range(len(pairs))]
    return [Cell(case, said, done[i, 0], later[i]) for i, (case, said) in enumerate(pairs)]


@dataclass
class _Desk:
    """One judge that asks somebody, and what it is to judge."""

    judge: Asks
    store: Store
    done: dict[tuple[int, int], Verdict]
    """Verdicts by place, of all desks."""
    jobs: list[_Job] = field(default_factory=list)
    _judged: bool = False
    _failed: int = 0

    async def run(self, progress: Progress) -> None:
        """Serve what is stored, and ask about the rest."""
        if not self.jobs:
            return
        progress.begin(f"judge {self.judge.name}", len(self.jobs))
        try:
            stored = self.store.verdicts([job.key for job in self.jobs])
            for job in self.jobs:
                if job.key in stored:
                    self.done[job.place] = stored[job.key]
                    progress.step(cached=True)
            todo = deque(job for job in self.jobs if job.key not in stored)
            await together([self._work(todo, progress) for _ in range(min(self.judge.at_once, len(todo)))])
        finally:
            progress.end()

    async def _work(self, todo: deque[_Job], progress: Progress) -> None:
        while todo:
            job = todo.popleft()
            verdict = await self._verdict(job)
            self.done[job.place] = verdict
            progress.step(failed=verdict.outcome == "error")

    async def _verdict(self, job: _Job) -> Verdict:
        """What the judge says, kept; where it has failed from the start, and often, it is not asked any more."""
        if not self._judged and self._failed >= HOPELESS:
            why = f"{self.judge.name}: not asked: its first {self._failed} verdicts failed"
            return no_verdict(job.case, job.transcript, self.judge, why)
        verdict = await verdict_on(job.case, job.transcript, self.judge)
        if verdict.outcome == "error":
            self._failed += 1
        else:
            self._judged = True
            self.store.add_verdict(job.key, verdict)
        return verdict
