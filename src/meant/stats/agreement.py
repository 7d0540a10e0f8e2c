"""How far two raters, or many, agree beyond chance; and what a judge gets right and wrong, told apart."""

import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from typing import NamedTuple

from meant.core.finding import Interval
from meant.stats.intervals import Rate, binomial, rate
from meant.stats.resampling import middle_of, resamples


class Agreement(NamedTuple):
    """A coefficient: 1 is perfect, 0 what chance gives. None where all raters use one category: nothing to agree on."""

    value: float | None
    interval: Interval
    n: int
    """Items rated by two raters or more."""


class Confusion(NamedTuple):
    """A judge's yes and no against people's."""

    hits: int
    """Both yes."""
    alarms: int
    """The judge alone says yes."""
    misses: int
    """People alone say yes."""
    passes: int
    """Both no."""

    @property
    def sensitivity(self) -> Rate:
        """Of people's yes, the judge's share."""
        return _share(self.hits, self.misses)

    @property
    def specificity(self) -> Rate:
        """Of people's no, the judge's share."""
        return _share(self.passes, self.alarms)

    @property
    def precision(self) -> Rate:
        """Of the judge's yes, people's share; it moves with how common yes is."""
        return _share(self.hits, self.alarms)

    @property
    def accuracy(self) -> Rate:
        """The share on which they agree."""
        return _share(self.hits + self.passes, self.alarms + self.misses)


def confusion(judge: Sequence[bool], people: Sequence[bool]) -> Confusion:
    """Count."""
    seen = Counter(zip(judge, people, strict=True))
    return Confusion(seen[True, True], seen[True, False], seen[False, True], seen[False, False])


def _share(k: int, rest: int) -> Rate:
    return rate([True] * k + [False] * rest, [str(i) for i in range(k + rest)])


def cohen_kappa(first: Sequence[Hashable], second: Sequence[Hashable]) -> Agreement:
    """Two raters, one category an item each (Cohen 1960), with Fleiss, Cohen & Everitt's variance (1969).

    The interval is that of the share agreed, on the effective size which that variance amounts to, so that perfect
    agreement on few items is not taken for certainty.
    """
    seen, n = Counter(zip(first, second, strict=True)), len(first)
    if not n:
        return Agreement(None, Interval(-1.0, 1.0), 0)
    agreed, chance = _agreed(seen) / n, _by_chance(seen) / n**2
    if chance == 1:
        return Agreement(None, Interval(-1.0, 1.0), n)
    value = (agreed - chance) / (1 - chance)
    variance = kappa_variance(seen) * (1 - chance) ** 2
    size = min(float(n), agreed * (1 - agreed) / variance) if variance > 0 and 0 < agreed < 1 else float(n)
    low, high = (max(-1.0, (end - chance) / (1 - chance)) for end in binomial(agreed * size, size))
    return Agreement(value, Interval(low, high), n)


def _agreed(seen: Mapping[tuple[Hashable, Hashable], int]) -> int:
    return sum(count for (a, b), count in seen.items() if a == b)


def _by_chance(seen: Mapping[tuple[Hashable, Hashable], int]) -> int:
    rows, columns = _margins(seen)
    return sum(count * columns[category] for category, count in rows.items())


def _margins(seen: Mapping[tuple[Hashable, Hashable], int]) -> tuple[Counter[Hashable], Counter[Hashable]]:
    rows: Counter[Hashable] = Counter()
    columns: Counter[Hashable] = Counter()
    for (a, b), count in seen.items():
        rows[a] += count
        columns[b] += count
    return rows, columns


def kappa_variance(seen: Mapping[tuple[Hashable, Hashable], int]) -> float:
    """Of kappa, for many items (Fleiss, Cohen & Everitt 1969, eq. 13), from counts by pair of categories."""
    n, (rows, columns) = sum(seen.values()), _margins(seen)
    agreed, chance = _agreed(seen) / n, _by_chance(seen) / n**2
    same = math.fsum(
        count / n * ((1 - chance) - (rows[b] + columns[a]) / n * (1 - agreed)) ** 2
        for (a, b), count in seen.items()
        if a == b
    )
    differ = (1 - agreed) ** 2 * math.fsum(
        count / n * ((columns[a] + rows[b]) / n) ** 2 for (a, b), count in seen.items() if a != b
    )
    left = (agreed * chance - 2 * chance + agreed) ** 2
    return (same + differ - left) / (n * (1 - chance) ** 4)


def krippendorff_alpha(items: Sequence[Sequence[Hashable]], *, draws: int = 1000, seed: int = 0) -> Agreement:
    """Any number of raters, ratings missing where they are not there, categories without order (Krippendorff 2011).

    `items` holds the ratings of each item; items with fewer than two are left out. The interval draws items anew, draws
    of a single category left out; where no item is disputed, its low end is alpha if as many were as the interval of
    0 of n allows.
    """
    rated = [Counter(ratings) for ratings in items if len(ratings) > 1]
    value = _alpha(rated)
    if value is None:
        return Agreement(None, Interval(-1.0, 1.0), len(rated))
    if value == 1:
        disputed = binomial(0, len(rated)).high
        return Agreement(1.0, Interval(max(-1.0, 1 - disputed / _expected(rated)), 1.0), len(rated))
    drawn = [a for again in resamples(rated, draws=draws, seed=seed) if (a := _alpha(again)) is not None]
    low, high = middle_of(drawn) if drawn else (-1.0, 1.0)
    return Agreement(value, Interval(min(low, value), max(high, value)), len(rated))


def _alpha(rated: Sequence[Counter[Hashable]]) -> float | None:
    expected = _expected(rated)
    if expected == 0:
        return None
    pairable = sum(r.total() for r in rated)
    disputed = math.fsum((r.total() ** 2 - sum(c * c for c in r.values())) / (r.total() - 1) for r in rated)
    return 1 - disputed / pairable / expected


def _expected(rated: Sequence[Counter[Hashable]]) -> float:
    """The share of disputed pairs, were all ratings shuffled."""
    totals: defaultdict[Hashable, int] = defaultdict(int)
    for ratings in rated:
        for category, count in ratings.items():
            totals[category] += count
    n = sum(totals.values())
    return (n * n - sum(c * c for c in totals.values())) / (n * (n - 1)) if n > 1 else 0.0
