"""Makes items in families: sizes of 2 to 5, alike by an intra-family correlation, in one of two ways."""

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Kind = Literal["own rate", "copies"]


class Likeness(NamedTuple):
    """How the items of a family hang together."""

    kind: Kind
    """Each family has a rate of its own (beta-binomial), or each item copies the family's first with some chance."""
    correlation: float
    """Of two items of one family."""


def sizes(n: int, repeats: int, rng: np.random.Generator) -> Counts:
    """Family sizes, one row a repeat, each adding up to n; 0 where there is no family."""
    drawn = rng.integers(2, 6, size=(repeats, n // 2 + 1))
    before = np.cumsum(drawn, axis=1) - drawn
    left: Counts = np.clip(n - before, 0, drawn)
    return left


def hits(rate: float, size: Counts, likeness: Likeness, rng: np.random.Generator) -> Counts:
    """Hits of each family."""
    if likeness.kind == "own rate":
        spread = (1 - likeness.correlation) / likeness.correlation
        return rng.binomial(size, rng.beta(rate * spread, (1 - rate) * spread, size=size.shape))
    copies = rng.binomial(size, np.sqrt(likeness.correlation))
    lead = rng.random(size.shape) < rate
    return np.where(lead, copies, 0) + rng.binomial(size - copies, rate)


def gains_and_losses(
    discordance: float, difference: float, size: Counts, correlation: float, rng: np.random.Generator
) -> tuple[Counts, Counts]:
    """Pairs gained and lost in each family, its items copying the first one's fate with some chance."""
    gain, loss = (discordance + difference) / 2, (discordance - difference) / 2
    copies = rng.binomial(size, np.sqrt(correlation))
    draw = rng.random(size.shape)
    gained = rng.binomial(size - copies, gain)
    lost = rng.binomial(size - copies - gained, loss / (1 - gain))
    return gained + np.where(draw < gain, copies, 0), lost + np.where(draw > 1 - loss, copies, 0)
