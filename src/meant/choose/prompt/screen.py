"""Screening: many edits tried at once, each switched on and off at random, so that every call tells of all of them.

A two-level design with its fold-over (Box & Wilson 1951; Box, Hunter & Hunter 2005, ch. 6): each draw of switches
and its mirror answer the same cases. The difference, times an edit's sign, is on average what that edit does, halfway
between the prompt without the others and with them; what two edits do together cancels out. Trying k edits one by one
would take about k times as many calls. Not implemented: designs that tell interactions apart.

Per edit there are two bets (`stats.sequential`), that it helps and that it hurts, so that one may stop at any time.
"""

import math
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from meant.choose.prompt.edits import Edit, apply
from meant.choose.prompt.items import Desk, Job, Weighing
from meant.choose.prompt.pieces import Prompt
from meant.stats.sequential import Bets

TOGETHER = 16
"""Edits in play at once: a prompt under trial differs from the one in use by half as many."""
BATCH = 2
"""Families that one draw of switches is tried on."""
TELLING = 0.06
"""The gain, in shares right, that the bets are placed on."""
SPREAD = 0.5
"""What a family's value is guessed to vary by, before it is seen, with the weight of `GUESSED` values."""
GUESSED = 4


@dataclass
class Tally:
    """What was seen of one edit; values in units of the weighing."""

    edit: Edit
    unit: float
    up: Bets
    down: Bets
    values: list[float] = field(default_factory=list)
    families: list[str] = field(default_factory=list)
    _sum: float = 0.0
    _squares: float = 0.0

    @classmethod
    def of(cls, edit: Edit, unit: float) -> "Tally":
        """Nothing seen yet."""
        return cls(edit, unit, Bets.on(0.0, TELLING / unit), Bets.on(0.0, TELLING / unit))

    def add(self, family: str, value: float) -> None:
        """One family later."""
        self.values.append(value)
        self.families.append(family)
        self.up, self.down = self.up.after(value), self.down.after(-value)
        self._sum, self._squares = self._sum + value, self._squares + value * value

    @property
    def gain(self) -> float:
        """Estimate, in shares right; 0 where nothing was seen."""
        return self.unit * self._sum / len(self.values) if self.values else 0.0

    @property
    def error(self) -> float:
        """Standard error of the estimate, in shares right; infinite where nothing was seen."""
        n = len(self.values)
        spread = (self._squares + GUESSED * (SPREAD / self.unit) ** 2) / (n + GUESSED)
        return self.unit * math.sqrt(spread / n) if n else math.inf

    @property
    def z(self) -> float:
        """The estimate in its standard errors."""
        return self.gain / self.error


class Draw(NamedTuple):
    """One draw of switches and its mirror."""

    with_: frozenset[Edit]
    without: frozenset[Edit]
    """In the mirror."""
    families: tuple[str, ...]


@dataclass
class Screen:
    """Edits of one prompt, tried on the families of one weighing in a shuffled order, again and again."""

    base: Prompt
    desk: Desk
    weighing: Weighing
    chance: random.Random
    tallies: dict[Edit, Tally] = field(default_factory=dict)
    _order: list[str] = field(default_factory=list)
    _turn: list[Edit] = field(default_factory=list)

    async def play(self, alive: Sequence[Edit], *, draws: int) -> None:
        """Try these edits in so many draws. Raises BudgetSpent."""
        for edit in alive:
            self.tallies.setdefault(edit, Tally.of(edit, self.weighing.unit))
        made = [self._draw(alive) for _ in range(draws)]
        jobs = [job for draw in made for job in self._jobs(draw)]
        found = await self.desk.ask(jobs)
        for draw, job, new, old in zip(made, jobs[::2], found[::2], found[1::2], strict=True):
            by_item = {item.id: (a, b) for item, a, b in zip(job.items, new, old, strict=True)}
            for family in draw.families:
                items = self.weighing.families[family]
                sides = zip(*(by_item[item.id] for item in items), strict=True)
                value = self.weighing.value(items, *sides)
                for edit in draw.with_ | draw.without:
                    self.tallies[edit].add(family, value if edit in draw.with_ else -value)

    def cost(self) -> float:
        """Calls of a draw, about."""
        sizes = [len(items) for items in self.weighing.families.values()]
        return 2 * BATCH * sum(sizes) / len(sizes)

    def _draw(self, alive: Sequence[Edit]) -> Draw:
        chosen = list(self._next(alive))
        with_ = frozenset(edit for edit in chosen if self.chance.random() < 0.5)
        return Draw(with_, frozenset(chosen) - with_, tuple(self._families()))

    def _next(self, alive: Sequence[Edit]) -> Iterator[Edit]:
        """Whose turn it is: everyone's as often as another's, none twice of one slot."""
        slots, later, wanted = set[object](), list[Edit](), set(alive)
        self._turn = [edit for edit in self._turn if edit in wanted]
        while len(slots) < min(TOGETHER, len({edit.slot for edit in alive})):
            if not self._turn:
                self._turn = self.chance.sample(alive, len(alive))
            edit = self._turn.pop(0)
            if edit.slot in slots:
                later.append(edit)
            else:
                slots.add(edit.slot)
                yield edit
        self._turn = [edit for edit in later if edit not in self._turn] + self._turn

    def _families(self) -> Iterator[str]:
        for _ in range(min(BATCH, len(self.weighing.families))):
            if not self._order:
                self._order = self.chance.sample(sorted(self.weighing.families), len(self.weighing.families))
            yield self._order.pop()

    def _jobs(self, draw: Draw) -> tuple[Job, Job]:
        items = tuple(dict.fromkeys(item for family in draw.families for item in self.weighing.families[family]))
        return Job(apply(self.base, draw.with_).text, items), Job(apply(self.base, draw.without).text, items)


def surest(edits: Iterable[Edit]) -> list[Edit]:
    """The first of each slot, in the given order."""
    found = dict[object, Edit]()
    for edit in edits:
        found.setdefault(edit.slot, edit)
    return list(found.values())
