"""The watch: whether what is gained on train shows on dev, or the two part (Goodhart).

At each look the prompt that the search would take now is tried on a few families of either side. Families are paired
as they come, and a bet (`stats.sequential`) says that the gain on train is the larger. Whatever prompt is looked at, if
its gain is the same on both sides on average, the bet ever makes 1/alpha with chance alpha at most.
"""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from meant.choose.prompt.gains import Gain
from meant.stats.sequential import Bets

GAP = 0.1
"""The difference of gains, in shares right, that the bet is placed on."""


class Watch(NamedTuple):
    """What was seen so far, in shares right and by family."""

    bets: Bets
    unit: float
    """The largest that a family's gain can be, on either side."""
    train: Mapping[str, float]
    dev: Mapping[str, float]

    @classmethod
    def begin(cls, unit: float) -> "Watch":
        """Nothing seen."""
        return cls(Bets.on(0.0, GAP / (2 * unit)), unit, {}, {})

    def after(self, train: Mapping[str, float], dev: Mapping[str, float]) -> "Watch":
        """Some pairs of families later."""
        bets = self.bets
        for one, other in zip(train.values(), dev.values(), strict=True):
            bets = bets.after((one - other) / (2 * self.unit))
        return self._replace(bets=bets, train={**self.train, **train}, dev={**self.dev, **dev})

    def parted(self, alpha: float) -> bool:
        """Whether the bet has been won at this risk."""
        return self.bets.log_capital >= math.log(1 / alpha)

    def gains(self) -> tuple[Gain, Gain]:
        """On train and on dev, of the prompts that were looked at, together."""
        return _gain(self.train, self.unit), _gain(self.dev, self.unit)


def _gain(by_family: Mapping[str, float], unit: float) -> Gain:
    values: Sequence[float] = [value / unit for value in by_family.values()]
    return Gain(tuple(values), tuple(by_family), unit)
