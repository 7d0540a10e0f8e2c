"""Paired differences where several pairs belong together, as the members of one family do."""

from collections import defaultdict
from collections.abc import Sequence

from meant.core.finding import Interval
from meant.stats.intervals import newcombe


def clustered_difference(pairs: Sequence[tuple[bool, bool]], clusters: Sequence[str]) -> tuple[float, Interval]:
    """First share minus second over the pairs, and its 95 % interval: Newcombe's on the effective number of pairs.

    The effective number is n over the design effect of the mean difference (ratio estimator, Kish 1965), never above
    n, as `intervals.rate` does it for one share. Where all differences are equal their variance says nothing, and each
    cluster counts as one pair. Raises ValueError for no pairs, or not one cluster a pair.
    """
    if not pairs or len(pairs) != len(clusters):
        raise ValueError(f"needs pairs and a cluster for each: {len(pairs)} pairs, {len(clusters)} clusters")
    n = len(pairs)
    shrink = _effective_number([a - b for a, b in pairs], clusters) / n
    a, b, c, d = (shrink * pairs.count(kind) for kind in ((True, True), (True, False), (False, True), (False, False)))
    return sum(a - b for a, b in pairs) / n, newcombe((a, b, c, d))


def _effective_number(differences: Sequence[int], clusters: Sequence[str]) -> float:
    groups: defaultdict[str, list[int]] = defaultdict(list)
    for difference, cluster in zip(differences, clusters, strict=True):
        groups[cluster].append(difference)
    n, m, mean = len(differences), len(groups), sum(differences) / len(differences)
    alone = sum((d - mean) ** 2 for d in differences) / n**2
    if m in (1, n) or alone == 0:
        return m
    together = sum((sum(group) - mean * len(group)) ** 2 for group in groups.values()) * m / (m - 1) / n**2
    return min(n, n * alone / together) if together else n
