"""What never happened: how often it may happen all the same, and how many cases would rule it out."""

import math


def rate_after_none(cases: int, *, level: float = 0.95) -> float:
    """The highest rate that is not ruled out by none in so many independent cases: the rule of three, exact.

    One-sided: 1 − (1 − level)^(1/n), some 3/n at 95 % (Hanley & Lippman-Hand 1983, JAMA 249). 1 without cases.
    """
    if cases < 0 or not 0 < level < 1:
        raise ValueError(f"needs cases >= 0 and level in (0, 1): cases={cases}, level={level}")
    return -math.expm1(math.log1p(-level) / cases) if cases else 1.0


def cases_to_rule_out(rate: float, *, level: float = 0.95) -> int:
    """The fewest independent cases, none of them a hit, that rule out a rate so high."""
    if not 0 < rate < 1 or not 0 < level < 1:
        raise ValueError(f"rate and level must be in (0, 1): rate={rate}, level={level}")
    return math.ceil(math.log1p(-level) / math.log1p(-rate) - 1e-9)
