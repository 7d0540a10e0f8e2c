"""Which share a figure is, and of which cells: what correcting it, and labelling for it, start from.

Figures that no single reply can be a hit of (twins, sycophancy, gaps, cost) are not here.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from meant.core.errors import ConfigError, did_you_mean
from meant.core.policy import Policy
from meant.measure.cell import Cell
from meant.measure.profile import dimension_of
from meant.measure.shares import SHARES, Share, is_capability, right
from meant.measure.shift.figures import in_distribution

_BY_METRIC = {share.metric: share for share in SHARES}


class Behind(NamedTuple):
    """A share and the cells that it is about, scored or not."""

    share: Share
    cells: list[Cell]


def behind(metric: str, part: Mapping[str, str], cells: Sequence[Cell], policy: Policy) -> Behind | None:
    """What stands behind a figure of one system; None where it is no share of single replies."""
    plain = in_distribution(cells)
    if share := _BY_METRIC.get(metric):
        mine = [c for c in plain if share.about(c)]
        return Behind(share, [c for c in mine if all(c.case.slices.get(k) == v for k, v in part.items())])
    if metric in {d.name for d in policy.dimensions}:
        return Behind(right(metric), [c for c in plain if dimension_of(c, policy) == metric])
    if metric == "principle":
        named = [c for c in plain if c.case.principle == part.get("principle") and not is_capability(c)]
        return Behind(right(metric), named)
    if metric == "suite":
        return Behind(right(metric), [c for c in plain if c.case.suite == part.get("suite")])
    return None


def metrics(policy: Policy) -> list[str]:
    """The figures on the whole that can be labelled for: dimensions, then shares."""
    return [*(d.name for d in policy.dimensions), *_BY_METRIC]


def check_metrics(names: Sequence[str], policy: Policy) -> None:
    """Raises ConfigError for one that cannot be labelled for."""
    known = metrics(policy)
    for name in names:
        if name not in known:
            raise ConfigError(f"no share {name!r} to label for; {did_you_mean(name, known)}one of: {', '.join(known)}")
