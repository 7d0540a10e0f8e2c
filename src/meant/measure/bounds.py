"""What a rate may be beyond its interval, in the one wording that the terminal and the report share."""

import math

from meant.core.finding import Finding, Interval
from meant.stats.rare import rate_after_none


def at_worst(finding: Finding) -> Interval | None:
    """The worst case, where something was unscored; None where the interval says it all, to a whole percent."""
    if finding.worst is None or _shown(finding.worst) == _shown(finding.interval):
        return None
    return finding.worst


def _shown(ends: Interval | None) -> list[str]:
    return [f"{100 * end:.0f}" for end in ends or ()]


def none_seen(finding: Finding) -> str | None:
    """Of a rate without a single failure: how often it may fail all the same. Each family counts as one case."""
    if finding.unit != "rate" or not finding.families:
        return None
    bound = f"below {percent(rate_after_none(finding.families))} % with 95 % confidence"
    families = f"{finding.families:,} {'family' if finding.families == 1 else 'families'}"
    if finding.better == "lower" and finding.value == 0:
        return f"none in {families}: {bound}"
    if finding.better == "higher" and finding.value == 1:
        return f"no failure in {families}: failures {bound}"
    return None


def percent(rate: float) -> str:
    """A rate in percent with two digits, rounded up, so that it is a bound still."""
    percent = 100 * rate
    digits = _digits(percent)
    up = math.ceil(percent * 10**digits - 1e-9) / 10**digits
    return f"{up:.{_digits(up)}f}"


def _digits(percent: float) -> int:
    """Decimals that make two digits."""
    return max(0, 1 - math.floor(math.log10(percent)))
