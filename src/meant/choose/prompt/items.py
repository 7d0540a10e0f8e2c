"""What a prompt is tried on: items in families, what each counts, and the desk that asks and keeps count of the calls.

A gain is a weighted mean of the groups' mean gains. Each family has one value, so made that their mean is that gain
in units of `Weighing.unit`, and that none is beyond −1 and 1: what the sequential tests of `stats` ask for.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple


class Item(NamedTuple):
    """A case, as far as the search knows it."""

    id: str
    family: str
    group: str
    """Where it counts: a dimension."""


class Job(NamedTuple):
    """A prompt and what it is to be tried on."""

    text: str
    items: tuple[Item, ...]


Evaluate = Callable[[Sequence[Job]], Awaitable[Sequence[Sequence[float | None]]]]
"""For each job and item the share right, within 0 and 1; None where there is no verdict."""


class BudgetSpent(Exception):
    """What was to be asked next would have been more than the budget allows."""


@dataclass
class Desk:
    """Asks, each prompt and item once, and never more than `budget` in all."""

    evaluate: Evaluate
    budget: int
    """Calls: one is one prompt tried on one item, whether the reply is new or was stored."""
    calls: int = 0
    _known: dict[tuple[str, str], float | None] = field(default_factory=dict)

    async def ask(self, jobs: Sequence[Job]) -> list[list[float | None]]:
        """The outcomes of these jobs. Raises BudgetSpent before anything is asked."""
        missing = dict[tuple[str, str], Item]()
        for job in jobs:
            missing |= {(job.text, i.id): i for i in job.items if (job.text, i.id) not in self._known}
        if self.calls + len(missing) > self.budget:
            raise BudgetSpent
        by_text = defaultdict[str, list[Item]](list)
        for (text, _), item in missing.items():
            by_text[text].append(item)
        todo = [Job(text, tuple(items)) for text, items in by_text.items()]
        for job, found in zip(todo, await self.evaluate(todo) if todo else [], strict=True):
            self._known |= {(job.text, item.id): one for item, one in zip(job.items, found, strict=True)}
        self.calls += len(missing)
        return [[self._known[job.text, item.id] for item in job.items] for job in jobs]

    def known(self, text: str) -> dict[str, float | None]:
        """What is known of a prompt, by item."""
        return {item: value for (of, item), value in self._known.items() if of == text}


@dataclass(frozen=True)
class Weighing:
    """Families of items, and what each item counts in its family's value."""

    families: Mapping[str, tuple[Item, ...]]
    share: Mapping[str, float]
    """By item id."""
    unit: float
    """The gain that a mean family value of 1 stands for."""

    @classmethod
    def of(cls, items: Sequence[Item], weights: Mapping[str, float]) -> "Weighing":
        """Weights by group are relative; groups without items leave theirs to the others.

        Raises ValueError where no group that counts has an item.
        """
        sizes = Counter(item.group for item in items)
        total = sum(weights[group] for group in sizes)
        if not total > 0:
            raise ValueError(f"no item in a group that counts: {dict(sizes)}")
        families = defaultdict[str, list[Item]](list)
        for item in items:
            families[item.family].append(item)
        raw = {item.id: weights[item.group] / total / sizes[item.group] * len(families) for item in items}
        unit = max(sum(raw[item.id] for item in mine) for mine in families.values())
        share = {id_: value / unit for id_, value in raw.items()}
        return cls({family: tuple(mine) for family, mine in families.items()}, share, unit)

    def value(self, items: Sequence[Item], new: Sequence[float | None], old: Sequence[float | None]) -> float:
        """A family's value of `new` against `old`. What lacks a verdict on either side counts as no difference."""
        pairs = zip(items, new, old, strict=True)
        return sum(self.share[i.id] * (a - b) for i, a, b in pairs if a is not None and b is not None)


def chance(seed: int, what: str) -> random.Random:
    """Draws of their own for each purpose, the same for one seed."""
    return random.Random(f"{seed}/{what}")  # noqa: S311 - nothing secret
