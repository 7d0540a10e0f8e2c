"""Where the watch looks: families of train and of dev that it has not looked at, in an order of the seed's."""

from dataclasses import dataclass, field

from meant.choose.prompt.checking import against
from meant.choose.prompt.items import Desk, Weighing, chance
from meant.choose.prompt.watch import Watch

LOOK = 6
"""Families of either side that a look is at, at most."""


@dataclass
class Watching:
    """A watch, and what it looks at."""

    desk: Desk
    start: str
    train: Weighing
    dev: Weighing
    calls: int
    """That a look may cost, about."""
    seed: int
    watch: Watch = field(init=False)

    def __post_init__(self) -> None:
        self.watch = Watch.begin(max(self.train.unit, self.dev.unit))
        self._left = {name: self._shuffled(name, weighing) for name, weighing in self._sides().items()}

    async def look(self, text: str) -> bool:
        """Look at this prompt; whether there was anything left to look at. Raises BudgetSpent."""
        n = min(LOOK, self._affordable(), *(len(left) for left in self._left.values()))
        gains = list[dict[str, float]]()
        for name, weighing in self._sides().items():
            families = [self._left[name].pop() for _ in range(n)]
            values = await against(self.desk, weighing, families, text, self.start)
            gains.append({family: weighing.unit * value for family, value in zip(families, values, strict=True)})
        self.watch = self.watch.after(*gains)
        return n > 0

    def _sides(self) -> dict[str, Weighing]:
        return {"train": self.train, "dev": self.dev}

    def _shuffled(self, name: str, weighing: Weighing) -> list[str]:
        return chance(self.seed, f"watch/{name}").sample(sorted(weighing.families), len(weighing.families))

    def _affordable(self) -> int:
        """Each family is asked with two prompts."""
        sizes = [sum(map(len, w.families.values())) / len(w.families) for w in self._sides().values()]
        return int(self.calls / (2 * sum(sizes)))
