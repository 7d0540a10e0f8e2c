"""What hardly ever happened: how often it may happen all the same, in many uses too; how many cases rule it out."""

import math

from meant.stats.binomial import clopper_pearson


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


def rate_at_most(hits: int, cases: int, *, level: float = 0.95) -> float:
    """The highest rate that is not ruled out by so many hits in so many independent cases, one-sided and exact.

    The upper end of Clopper and Pearson (1934, Biometrika 26); without a hit it is `rate_after_none`.
    """
    return clopper_pearson(hits, cases, level=2 * level - 1).high if hits else rate_after_none(cases, level=level)


def chance_within(rate: float, uses: float) -> float:
    """The chance of one event or more in so many independent uses, each of that rate: 1 − (1 − rate)^uses.

    Rises with the rate, so that an upper bound of the rate gives one of this chance, at the same level.
    """
    if not 0 <= rate <= 1 or uses < 0:
        raise ValueError(f"needs rate in [0, 1] and uses >= 0: rate={rate}, uses={uses}")
    if rate == 1:
        return float(uses > 0)
    return -math.expm1(uses * math.log1p(-rate))
