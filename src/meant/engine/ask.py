"""Ask a system about many cases: bounded, cached, budgeted, resumable. A failed request is data, never a score.

Every reply is in the store before the next one is waited for, under a key made of all that could change it: the
system's fingerprint, the turns, the seed and the repeat. Asking again after a kill therefore asks only what is
missing, and two repeats never share a reply. Failures have no key: they are asked again.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from meant.core.base import content_id
from meant.core.case import Case
from meant.core.errors import ConfigError, MissingExtra, SystemFailure
from meant.core.system import Acts, Reply, Scores, System
from meant.core.transcript import Transcript
from meant.core.turn import Turn
from meant.engine.budget import Budget, Spending
from meant.engine.progress import Progress, Quiet
from meant.engine.together import together
from meant.store.sqlite import Store

HOPELESS = 8
"""Failures in a row, with no reply yet, after which a system is not asked on: a wrong key fails 300 times alike. What
it cannot do at all says nothing of the rest, and does not count."""
NOT_ASKED = "not asked: "
"""How the error begins of what a budget or a dead system kept from being asked."""
_TOLD = ("usage", "finish", "timing", "logprobs", "decisions", "guards")


@dataclass(frozen=True)
class Asking:
    """How a run asks."""

    at_once: int = 16
    repeats: int = 1
    seed: int = 0
    budget: Budget = field(default_factory=Budget)
    fresh: bool = False
    """Ask even where the store holds a reply."""


@dataclass(frozen=True)
class _Job:
    place: int
    case: Case
    repeat: int
    seed: int
    key: str


async def ask_all(
    system: System,
    cases: Sequence[Case],
    *,
    store: Store,
    asking: Asking,
    progress: Progress | None = None,
    spending: Spending | None = None,
) -> list[Transcript]:
    """One transcript for each case and repeat: all repeats of the first case, then of the second, and so on.

    `spending` is what has gone of the budget, for a system that is asked in several goes; None: nothing.
    """
    session = _Session(system, store, asking, progress or Quiet(), spending or Spending(asking.budget))
    return await session.run(cases)


class _Session:
    """One call of `ask_all`."""

    def __init__(self, system: System, store: Store, asking: Asking, progress: Progress, spending: Spending) -> None:
        self._system, self._store, self._asking, self._progress = system, store, asking, progress
        self._spending = spending
        self._done: dict[int, Transcript] = {}
        self._unsaved: list[tuple[str | None, Transcript]] = []
        self._answered, self._failed = False, 0

    async def run(self, cases: Sequence[Case]) -> list[Transcript]:
        jobs = self._jobs(cases)
        self._progress.begin(self._system.name, len(jobs))
        try:
            todo = deque(self._uncached(jobs))
            await together([self._work(todo) for _ in range(min(self._asking.at_once, len(todo)))])
        finally:
            self._save()
            self._progress.end()
        return [self._done[job.place] for job in jobs]

    def _jobs(self, cases: Sequence[Case]) -> list[_Job]:
        fingerprint, jobs = self._system.fingerprint, list[_Job]()
        for case in cases:
            asked = _asked(case)
            for repeat in range(self._asking.repeats):
                seed = self._asking.seed + repeat
                key = content_id([fingerprint, asked, seed, repeat])
                jobs.append(_Job(len(jobs), case, repeat, seed, key))
        return jobs

    def _uncached(self, jobs: list[_Job]) -> list[_Job]:
        known = {} if self._asking.fresh else self._store.replies([job.key for job in jobs])
        for job in jobs:
            if job.key in known:
                self._serve(job, known[job.key])
        self._save()
        return [job for job in jobs if job.key not in known]

    def _serve(self, job: _Job, stored: Transcript) -> None:
        """A stored reply, put under this case's name if another case asked the same."""
        mine = stored.case == job.case.id and stored.system == self._system.name
        update = {"case": job.case.id, "system": self._system.name}
        transcript = stored if mine else Transcript.model_validate({**stored.model_dump(), **update})
        self._done[job.place] = transcript
        if not mine:
            self._unsaved.append((None, transcript))
        self._progress.step(cached=True)

    async def _work(self, todo: deque[_Job]) -> None:
        while todo:
            job = todo.popleft()
            stop = self._spending.spent() or self._hopeless()
            self._keep(job, self._transcript(job, error=f"{NOT_ASKED}{stop}") if stop else await self._ask(job))

    async def _ask(self, job: _Job) -> Transcript:
        """The boundary: what a system raises ends here, but for errors that the user must mend first."""
        self._spending.requests += 1
        try:
            reply = await _answer(self._system, job.case, job.seed)
            nats = await _choice_nats(self._system, job.case)
        except (ConfigError, MissingExtra):
            raise
        except Exception as failure:  # noqa: BLE001
            kind = failure.kind if isinstance(failure, SystemFailure) else None
            self._failed += kind != "unsupported"
            return self._transcript(job, error=str(failure) if kind else f"{type(failure).__name__}: {failure}")
        self._answered = True
        self._spending.requests += sum(turn.role == "assistant" for turn in reply.steps)
        self._spending.add(reply.usage)
        return self._transcript(job, reply=reply, choice_nats=nats)

    def _hopeless(self) -> str | None:
        hopeless = not self._answered and self._failed >= HOPELESS
        return f"the first {self._failed} requests failed" if hopeless else None

    def _transcript(self, job: _Job, *, reply: Reply | None = None, **more: Any) -> Transcript:
        said = {} if reply is None else {name: getattr(reply, name) for name in _TOLD}
        return Transcript(
            case=job.case.id,
            system=self._system.name,
            fingerprint=self._system.fingerprint,
            turns=job.case.turns if reply is None else (*job.case.turns, *reply.steps, reply.turn),
            at=datetime.now(UTC),
            repeat=job.repeat,
            seed=job.seed,
            **said,
            **more,
        )

    def _keep(self, job: _Job, transcript: Transcript) -> None:
        """Count it; everything that ends in one turn of the loop is saved in one transaction."""
        self._done[job.place] = transcript
        if not self._unsaved:
            asyncio.get_running_loop().call_soon(self._save)
        self._unsaved.append((None if transcript.error else job.key, transcript))
        self._progress.step(failed=transcript.error is not None)

    def _save(self) -> None:
        unsaved, self._unsaved = self._unsaved, []
        if unsaved:
            self._store.add_transcripts(unsaved)


def _asked(case: Case) -> list[Any]:
    """All of a case that could change the reply, and nothing else: a corrected expectation asks nothing again."""
    return [case.model_dump(mode="json", include={"turns", "tools", "choices", "stem"}, exclude_defaults=True)]


async def _answer(system: System, case: Case, seed: int) -> Reply:
    """The system's reply, with the case's own tools where it has any. Raises SystemFailure."""
    if not case.tools:
        return await system.reply(case.turns, seed=seed)
    if not isinstance(system, Acts):
        raise SystemFailure(f"{system.name} cannot be given tools", kind="unsupported")
    return await system.act(case.turns, tools=case.tools, seed=seed)


async def _choice_nats(system: System, case: Case) -> tuple[float, ...] | None:
    """Each choice's log-likelihood as the reply, in nats; None without choices, or where the system gives none."""
    if not case.choices or not isinstance(system, Scores):
        return None
    asked = case.turns if case.stem is None else (*case.turns[:-1], Turn(role="user", text=case.stem))
    try:
        return tuple(one.total for one in await system.loglik(asked, case.choices))
    except SystemFailure as failure:
        if failure.kind == "unsupported":
            return None
        raise
