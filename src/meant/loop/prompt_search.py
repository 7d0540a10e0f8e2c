"""Searching for a better prompt of a real system: cases of train and dev, operators and a model that propose.

Its rule: gate cases are for `meant gate`, on the candidate that is written when the search is over.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from meant.choose.prompt.contract import OPERATORS, Failure, Seen, proposed
from meant.choose.prompt.edits import Edit, apply, unified_diff
from meant.choose.prompt.found import Found, Settings, Step, Trial
from meant.choose.prompt.items import Item, Job, chance
from meant.choose.prompt.pieces import as_template
from meant.choose.prompt.reflect import Malformed, read, request
from meant.choose.prompt.search import search
from meant.core.case import Case
from meant.core.errors import ConfigError
from meant.core.system import Sampling, System
from meant.core.turn import Turn
from meant.engine.ask import ask_all
from meant.engine.progress import Progress
from meant.files.candidate import Written, write_candidate
from meant.loop.assemble import Assembly
from meant.loop.prompting import Made, PromptPlan, Workshop, check_answered, rights, workshop
from meant.measure.cell import Cell
from meant.store.sqlite import Store

SUFFIX = "better"
_REFLECTING = Sampling(max_tokens=2048)


@dataclass(frozen=True)
class SearchPlan:
    """What the user asks for."""

    on: PromptPlan
    budget: int
    """Calls: one is one prompt tried on one case."""
    operators: tuple[str, ...] | None = None
    """By name; None: all."""
    each: int = 8
    """Edits of one operator at most."""
    proposer: str | None = None
    """A system that proposes edits too."""
    rules: bool = False
    """Whether the policy's rules in the prompt may be changed."""
    price: float = 0.0
    """Of a token, in shares right."""
    alpha: float = 0.05


@dataclass(frozen=True)
class Searched:
    """What came of it."""

    found: Found
    system: str
    diff: str
    """Of the prompt as the file has it; empty where nothing better was found."""
    written: Written | None
    cases: Mapping[str, int]
    """By side: train, dev."""
    malformed: str | None
    """Why the proposer's reply was of no use."""
    made: Made


async def search_prompt(
    plan: SearchPlan, *, store: Store, progress: Progress, told: Callable[[Step], None] | None = None
) -> Searched:
    """Search, and write what was found beside the system file.

    Raises ConfigError, FileFaults or PluginError before anything is asked, ConfigError where no case has a verdict.
    """
    _check(plan)
    async with workshop(plan.on, store) as shop:
        train, dev = shop.train_and_dev()
        _check_weights(shop, train, dev)
        lab = _Lab(plan, shop, {c.id: c for c in (*train, *dev)}, progress, store)
        trial = Trial(shop.prompt, lab.items(train), lab.items(dev), lab.evaluate, lab.propose, told)
        progress.begin(f"{shop.name}: search", plan.budget)
        try:
            found = await search(trial, lab.settings())
        finally:
            progress.end()
    better = None if found.better is None else as_template(found.better, shop.policy)
    path = Path(plan.on.system)
    diff = "" if better is None else unified_diff(f"{shop.template.strip()}\n", f"{better}\n", name="prompt")
    written = None if better is None else write_candidate(path, better, suffix=SUFFIX)
    cases = {"train": len(train), "dev": len(dev)}
    return Searched(found, shop.name, diff, written, cases, lab.malformed, shop.made())


@dataclass
class _Lab:
    plan: SearchPlan
    shop: Workshop
    cases: Mapping[str, Case]
    progress: Progress
    store: Store
    cells: dict[str, dict[str, Cell]] = field(default_factory=dict)
    """By prompt and case; of repeats the last."""
    malformed: str | None = None

    def settings(self) -> Settings:
        seed = self.plan.on.asking.seed
        return Settings(self.plan.budget, self.shop.weights(), seed, self.plan.price, self.plan.alpha)

    def items(self, cases: Sequence[Case]) -> list[Item]:
        return [Item(case.id, case.family, self.shop.group(case)) for case in cases]

    async def evaluate(self, jobs: Sequence[Job]) -> list[list[float | None]]:
        """All jobs at once; what may be in flight is shared out among them."""
        at_once = max(1, self.plan.on.asking.at_once // max(1, len(jobs)))
        gate = asyncio.Semaphore(self.plan.on.asking.at_once)

        async def one(job: Job) -> list[float | None]:
            async with gate:
                cases = [self.cases[item.id] for item in job.items]
                cells = await self.shop.cells(job.text, cases, progress=self.progress, at_once=at_once)
            if not self.cells:
                check_answered(cells)
            self.cells.setdefault(job.text, {}).update({cell.case.id: cell for cell in cells})
            values = rights(cells)
            return [values[item.id] for item in job.items]

        return list(await asyncio.gather(*(one(job) for job in jobs)))

    async def propose(self, made: Sequence[Edit], outcomes: Mapping[str, float | None]) -> list[Edit]:
        """What the operators propose, and the model."""
        cells = self.cells.get(apply(self.shop.prompt, made).text, {})
        failed = [id_ for id_, value in outcomes.items() if value is not None and value < 1]
        seen = self._seen([cells[id_] for id_ in failed], made)
        names = tuple(OPERATORS.names()) if self.plan.operators is None else self.plan.operators
        edits = proposed(self.shop.prompt, seen, operators=names, each=self.plan.each)
        return edits + (await self._reflect(seen) if self.plan.proposer and seen.failures else [])

    def _seen(self, cells: Sequence[Cell], made: Sequence[Edit]) -> Seen:
        failures = [self._failure(cell) for cell in sorted(cells, key=lambda cell: cell.case.id)]
        draws = chance(self.plan.on.asking.seed, "propose")
        return Seen(self.shop.policy, failures, draws, self.plan.rules, tuple(made))

    def _failure(self, cell: Cell) -> Failure:
        case = cell.case
        others = [c for c in self.shop.book.for_training() if c.family == case.family and c.suite == case.suite]
        twins = [c.prompt for c in others if {c.expect, case.expect} == {"comply", "refuse"} and len(c.turns) == 1]
        twin = twins[0] if len(twins) == 1 and len(case.turns) == 1 else None
        return Failure(case.prompt, case.expect, case.principle, cell.transcript.last_reply, twin)

    async def _reflect(self, seen: Seen) -> list[Edit]:
        """The model's edits; a reply that is of no use is told and costs nothing but itself."""
        assembly = Assembly(self.shop.policy, usual=_REFLECTING, acting=False)
        try:
            system = assembly.system(str(self.plan.proposer))
            said = await self._asked(system, request(self.shop.prompt, seen))
            return read(said, self.shop.prompt, seen, by=system.name)
        except Malformed as reason:
            self.malformed = str(reason)
            return []
        finally:
            await assembly.aclose()

    async def _asked(self, system: System, text: str) -> str:
        """The reply. Raises Malformed where there is none."""
        turns = (Turn(role="user", text=text),)
        case = Case(
            suite="prompt", name="reflect", turns=turns, expect="comply", principle="p", family="prompt/reflect"
        )
        (said,) = await ask_all(system, [case], store=self.store, asking=self.plan.on.asking)
        if said.error is not None:
            raise Malformed(f"no reply: {said.error}")
        return said.last_reply


def _check_weights(shop: Workshop, *sides: Sequence[Case]) -> None:
    """Raises ConfigError where a side has no case that counts."""
    weights = shop.weights()
    if not all(any(weights[shop.group(case)] > 0 for case in side) for side in sides):
        raise ConfigError(f"policy {shop.policy.name} gives no weight to what these cases are about; set a `weight:`")


def _check(plan: SearchPlan) -> None:
    """Raises ConfigError for a budget that cannot show anything, PluginError for an unknown operator."""
    for name in plan.operators or ():
        OPERATORS.load(name)
    if plan.budget < 60:
        raise ConfigError(f"a budget of {plan.budget} calls shows nothing; give 60 or more, some thousands to be sure")
