"""A system whose prompt can be changed: any prompt in its place, asked cases that may be tuned on, and judged.

Its rule: it reads train and dev, never gate. Replies and verdicts are kept in the store under the prompt that they
were given to, so that the same command after a kill asks only what is missing.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from meant.choose.prompt.pieces import Prompt, parse_template
from meant.core.case import CAPABILITY, Case, Expect
from meant.core.casebook import Casebook
from meant.core.errors import ConfigError
from meant.core.policy import Policy
from meant.core.system import System
from meant.core.transcript import Transcript
from meant.engine.ask import Asking, ask_all
from meant.engine.progress import Progress
from meant.files.policy import BUILTIN, load_policy
from meant.files.system import read_system
from meant.judge.contract import Judge
from meant.loop.assemble import Assembly
from meant.loop.evaluation import default_suites, load_cases
from meant.loop.judges import Bench
from meant.measure.cell import Cell
from meant.measure.judging import DEFAULT_JUDGES, judge_all, judges_by_expectation
from meant.measure.sample import sample
from meant.measure.shares import passed, scored
from meant.store.sqlite import Store
from meant.systems.prompted import Prompted


@dataclass(frozen=True)
class PromptPlan:
    """What the user names."""

    system: str
    """A system file with a prompt."""
    policy: str = BUILTIN
    suites: tuple[str, ...] = ()
    """None: all built-in ones that fit the policy."""
    limit: int | None = None
    """About so many cases in all."""
    judges: tuple[str, ...] = DEFAULT_JUDGES
    sampling: Mapping[str, Any] = field(default_factory=dict)
    asking: Asking = field(default_factory=Asking)


@dataclass(frozen=True)
class Workshop:
    """The system, taken apart."""

    plan: PromptPlan
    policy: Policy
    name: str
    template: str
    """The prompt as the file has it."""
    prompt: Prompt
    """As the system is given it."""
    book: Casebook
    assembly: Assembly
    _model: System
    _judges: Mapping[Expect, Judge]
    _store: Store

    async def said(self, text: str, cases: Sequence[Case], *, progress: Progress, at_once: int = 0) -> list[Transcript]:
        """What the system says with this prompt; `at_once` 0 is the plan's. `progress` gets the steps alone."""
        system = Prompted(self._model, self.name, text)
        asking = replace(self.plan.asking, at_once=at_once or self.plan.asking.at_once)
        return await ask_all(system, cases, store=self._store, asking=asking, progress=Steps(progress))

    async def cells(self, text: str, cases: Sequence[Case], *, progress: Progress, at_once: int = 0) -> list[Cell]:
        """The same, judged."""
        said = await self.said(text, cases, progress=progress, at_once=at_once)
        by_id = {case.id: case for case in cases}
        return await judge_all(by_id, said, self._judges, policy=self.policy.id, store=self._store)

    def measuring(self) -> list[Case]:
        """Train and dev together, as many as the plan wants."""
        return self._counted(sample(self.book.for_measuring(), limit=self.plan.limit, seed=self.plan.asking.seed))

    def train_and_dev(self) -> tuple[list[Case], list[Case]]:
        """Each on its own, in proportion."""
        both = self.book.for_training(), self.book.for_tuning()
        total, seed = sum(map(len, both)), self.plan.asking.seed
        limits = [None if self.plan.limit is None else max(1, round(self.plan.limit * len(c) / total)) for c in both]
        train, dev = (sample(cases, limit=limit, seed=seed) for cases, limit in zip(both, limits, strict=True))
        return self._counted(train), self._counted(dev)

    def group(self, case: Case) -> str:
        """The dimension that a case counts in, or `capability`."""
        known = {p.id: p.dimension for p in self.policy.principles}
        return CAPABILITY if case.dimension == CAPABILITY else case.dimension or known[case.principle]

    def weights(self) -> dict[str, float]:
        """By group: the policy's; capability has the least of them, so that nothing is bought with it."""
        found = {d.name: d.weight for d in self.policy.dimensions}
        least = min((w for w in found.values() if w > 0), default=1.0)
        return found | {CAPABILITY: least}

    def _counted(self, cases: Sequence[Case]) -> list[Case]:
        """Those that count in some group. Raises ConfigError where there is none."""
        known = {p.id for p in self.policy.principles}
        found = [c for c in cases if c.dimension is not None or c.principle in known]
        if not found:
            raise ConfigError(
                "these suites hold too few train or dev cases of this policy's; add cases or name another"
            )
        return found


@asynccontextmanager
async def workshop(plan: PromptPlan, store: Store) -> AsyncIterator[Workshop]:
    """Take the system apart. Raises ConfigError, FileFaults or PluginError before anything is asked."""
    path, policy = Path(plan.system), load_policy(plan.policy)
    if path.suffix not in (".yaml", ".yml"):
        raise ConfigError(f"{plan.system!r} is no system file, and only a file has a prompt to change (see meant init)")
    spec, _ = read_system(path)
    if not (spec.prompt or "").strip():
        raise ConfigError(f"{path} has no prompt; add `prompt:`, for a start with {{{{policy}}}} alone")
    book, _ = load_cases(plan.suites or default_suites(plan.policy))
    bench = Bench(policy)
    assembly = Assembly(policy, dict(plan.sampling), judge=bench.judge)
    try:
        system = assembly.system(plan.system)
        model = system.inner if isinstance(system, Prompted) else system
        judges = judges_by_expectation(bench.judges(plan.judges))
        template, prompt = str(spec.prompt), parse_template(str(spec.prompt), policy)
        yield Workshop(plan, policy, system.name, template, prompt, book, assembly, model, judges, store)
    finally:
        await assembly.aclose()
        await bench.aclose()


def rights(cells: Sequence[Cell]) -> dict[str, float | None]:
    """By case, the share of its repeats that are right; None without a verdict."""
    votes: dict[str, list[bool]] = {cell.case.id: [] for cell in cells}
    for cell in cells:
        votes[cell.case.id] += [passed(cell)] if scored(cell) else []
    return {case: sum(v) / len(v) if v else None for case, v in votes.items()}


def check_answered(cells: Sequence[Cell]) -> None:
    """Raises ConfigError where no case has a verdict."""
    if not any(scored(cell) for cell in cells):
        why = next((c.verdict.why for c in cells if c.verdict.outcome == "error"), "every judge was unsure")
        raise ConfigError(f"no case has a verdict, so that nothing can be compared; first: {why}")


class Steps:
    """Passes on the steps of many small jobs as those of one."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def begin(self, what: str, total: int) -> None:
        """Nothing: the job has begun."""

    def step(self, *, cached: bool = False, failed: bool = False) -> None:
        """One step more."""
        self._progress.step(cached=cached, failed=failed)

    def end(self) -> None:
        """Nothing: the job goes on."""
