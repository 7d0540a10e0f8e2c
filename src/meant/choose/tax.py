"""The alignment tax: what an aligned variant gives up against its base, and how much of that for each point it gains.

Its rule: both systems on the same cases, family by family. A price is named only where there is a gain to pay for:
where the gain's interval holds 0, a ratio would be a number without a meaning.
"""

from typing import NamedTuple

from meant.choose.draws import Draws, drawn_anew
from meant.choose.sheets import Sheets
from meant.choose.told import Limits, told
from meant.core.base import Value
from meant.core.case import CAPABILITY
from meant.core.finding import Interval
from meant.stats.resampling import middle_of

GAINED, PAID = "harmless", ("helpful", CAPABILITY, "over_refusal")


class Paid(Value):
    """What one axis has lost."""

    axis: str
    lost: float
    """Base minus variant, more being better: below 0 it has gained."""
    interval: Interval
    n: int
    per_gain: float | None
    """Lost for each point gained; None where the gain is not told apart from none."""
    per_gain_interval: Interval | None
    """95 % of draws."""


class Tax(Value):
    """One variant against its base."""

    base: str
    variant: str
    on: str
    """What it is meant to gain in."""
    gained: float
    interval: Interval
    """1 − alpha, as all here."""
    n: int
    clear: bool
    """Whether the gain's interval lies above 0."""
    paid: tuple[Paid, ...]


class Related(NamedTuple):
    """A base and a variant of it, by their places."""

    base: int
    variant: int


def tax(sheets: Sheets, related: Related, limits: Limits, *, draws: int, seed: int) -> Tax | None:
    """None where either is not measured in what is to be gained."""
    known = {sheet.axis.name for sheet in sheets.sheets}
    names = [name for name in (GAINED, *PAID) if name in known]
    two = sheets.only(names).between(related)
    limits = limits._replace(alpha=limits.alpha / 2)
    two = two.only([s.axis.name for s in two.sheets if s.measured(0) and s.measured(1)])
    gain = next((told(s, 1, 0, limits) for s in two.sheets if s.axis.name == GAINED), None)
    if gain is None:
        return None
    drawn, clear = drawn_anew(two, draws=draws, seed=seed), gain.interval.low > 0
    paid = [_paid(two, at, limits, drawn, gain.difference if clear else None) for at in range(1, len(two.sheets))]
    return Tax(
        base=two.systems[0],
        variant=two.systems[1],
        on=GAINED,
        gained=gain.difference,
        interval=gain.interval,
        n=gain.n,
        clear=clear,
        paid=tuple(one for one in paid if one),
    )


def _paid(two: Sheets, axis: int, limits: Limits, draws: Draws, gained: float | None) -> Paid | None:
    found = told(two.sheets[axis], 0, 1, limits)
    if found is None:
        return None
    ratios = [_moved(means[axis], (0, 1)) / gain for means in draws.drawn if (gain := _moved(means[0], (1, 0))) > 0]
    return Paid(
        axis=two.sheets[axis].axis.name,
        lost=found.difference,
        interval=found.interval,
        n=found.n,
        per_gain=found.difference / gained if gained else None,
        per_gain_interval=middle_of(ratios) if gained and ratios else None,
    )


def _moved(row: tuple[float | None, ...], order: tuple[int, int]) -> float:
    first, second = (row[at] or 0.0 for at in order)
    return first - second
