"""Many p values looked at at once: adjusted, so that each may be held against the level that one alone would be."""

from collections.abc import Sequence


def holm(values: Sequence[float]) -> list[float]:
    """Adjusted p values, in the order given: the chance of even one false alarm stays below the level (Holm 1979).

    Needs nothing of how the tests hang together.
    """
    n, adjusted, highest = len(values), [0.0] * len(values), 0.0
    for rank, place in enumerate(_ascending(values)):
        highest = max(highest, min(1.0, values[place] * (n - rank)))
        adjusted[place] = highest
    return adjusted


def benjamini_hochberg(values: Sequence[float]) -> list[float]:
    """Adjusted p values, in the order given: of the alarms, the expected share that is false stays below the level.

    Benjamini & Hochberg 1995, for independent tests or such as go together; for looking around, not for a gate.
    """
    n, adjusted, lowest = len(values), [0.0] * len(values), 1.0
    for rank, place in reversed(list(enumerate(_ascending(values), start=1))):
        lowest = min(lowest, values[place] * n / rank)
        adjusted[place] = lowest
    return adjusted


def _ascending(values: Sequence[float]) -> list[int]:
    if wrong := [v for v in values if not 0 <= v <= 1]:
        raise ValueError(f"p values must be within 0 and 1: {wrong[0]}")
    return sorted(range(len(values)), key=values.__getitem__)
