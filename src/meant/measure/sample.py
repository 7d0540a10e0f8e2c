"""A stratified sample of whole families: every suite, expectation and slice in proportion, the same for one seed.

Cases are sampled before they are shifted; what a shift makes of the sample is sampled again, for itself.
"""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence

from meant.core.case import Case

Family = tuple[str, str]
"""Suite and family."""


def sample(cases: Sequence[Case], *, limit: int | None, seed: int) -> list[Case]:
    """At least `limit` cases (whole families, so twins stay together), in their given order; all when None."""
    if limit is None or limit >= len(cases):
        return list(cases)
    families: defaultdict[Family, list[Case]] = defaultdict(list)
    for case in cases:
        families[case.suite, case.family].append(case)
    chosen, count = set[Family](), 0
    for key in _spread(families, seed):
        if count >= limit:
            break
        chosen.add(key)
        count += len(families[key])
    return [c for c in cases if (c.suite, c.family) in chosen]


def _spread(families: Mapping[Family, list[Case]], seed: int) -> list[Family]:
    """Families in an order of which every beginning holds each stratum in proportion."""
    strata: defaultdict[tuple[str, ...], list[Family]] = defaultdict(list)
    for key, (first, *_) in families.items():
        strata[first.suite, first.expect, *first.slices.values()].append(key)
    depth: dict[Family, tuple[float, str]] = {}
    for members in strata.values():
        shuffled = sorted(members, key=lambda key: _shuffle(key, seed))
        depth |= {key: ((i + 0.5) / len(members), _shuffle(key, seed)) for i, key in enumerate(shuffled)}
    return sorted(families, key=depth.__getitem__)


def _shuffle(key: Family, seed: int) -> str:
    return hashlib.sha256(f"{seed}/{key}".encode()).hexdigest()
