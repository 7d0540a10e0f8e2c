"""Token counts and what they cost. Its rule: what was not told is None, never a guess."""

from collections.abc import Sequence


def counted(tokens: object) -> int | None:
    """A count as a server gave it, or None where it is none."""
    return tokens if isinstance(tokens, int) and tokens >= 0 else None


def cost_usd(counts: Sequence[int | None], prices: Sequence[float | None]) -> float | None:
    """USD of tokens at prices in USD a million; None where a count, or the price of a count above 0, is unknown."""
    cost = 0.0
    for count, price in zip(counts, prices, strict=True):
        if count is None or (count and price is None):
            return None
        cost += count * (price or 0.0)
    return cost / 1e6
