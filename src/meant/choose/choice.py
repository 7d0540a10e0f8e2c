"""Which system to take: everything that is known of the choice, from sheets of plain values.

Scores are made of the policy's dimensions that some system is measured on; the front, and who is dominated, look at all
the axes that are asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from meant.choose.deciding import Decision, decide
from meant.choose.dominated import Dominated, dominated, pairs
from meant.choose.draws import drawn_anew
from meant.choose.front import Place, places
from meant.choose.ranking import Ranked, ranked
from meant.choose.sheets import Axis, Sheets
from meant.choose.tax import Related, Tax, tax
from meant.choose.told import Limits
from meant.choose.weights import Flip, flips
from meant.core.base import Value
from meant.core.errors import ConfigError


@dataclass(frozen=True)
class Rules:
    """How a choice is made."""

    alpha: float
    """Risk of naming a winner among systems that are level; and of a wrong "dominated"."""
    margin: float
    """A difference of shares that does not matter, as in 0.05."""
    amount: float = 0.1
    """A difference of amounts that does not matter, as a part of one: a tenth of the seconds, or of the dollars."""
    draws: int = 2000
    seed: int = 0
    axes: tuple[str, ...] = ()
    """Of the front; none: all on which every system that has a score is measured, and every dimension."""

    @property
    def limits(self) -> Limits:
        """For one comparison."""
        return Limits(self.alpha, self.margin, self.amount)


class Choice(Value):
    """What the data say of which system to take."""

    systems: tuple[str, ...]
    decision: Decision
    ranking: tuple[Ranked, ...]
    flips: tuple[Flip, ...]
    axes: tuple[Axis, ...]
    """Of the front."""
    left_out: tuple[Axis, ...]
    """Measured, but not for every system, and so not of the front unless asked for."""
    places: tuple[Place, ...]
    dominated: tuple[Dominated, ...]
    taxes: tuple[Tax, ...]
    not_asked: tuple[str, ...]
    """Dimensions of the policy that no case is about; they count in no score."""
    alpha: float
    margin: float
    amount: float
    draws: int
    seed: int


def choose(sheets: Sheets, rules: Rules, *, related: Sequence[Related] = ()) -> Choice:
    """Everything at once. Raises ConfigError for an unknown axis, or where no dimension with a weight has a case."""
    weighed = [s.axis.name for s in sheets.sheets if s.axis.weight and s.families]
    if not weighed:
        raise ConfigError("no case is about a dimension to which the policy gives weight; name a suite that has some")
    dimensions = sheets.only(weighed)
    ranking_draws = drawn_anew(dimensions, draws=rules.draws, seed=rules.seed)
    ranking = ranked(dimensions, ranking_draws)
    order = [sheets.systems.index(one.system) for one in ranking if one.score is not None]
    names = rules.axes or _axes(sheets, order)
    seen = sheets.only(names)
    front_draws = drawn_anew(seen, draws=rules.draws, seed=rules.seed)
    taxes = (tax(sheets, two, rules.limits, draws=rules.draws, seed=rules.seed) for two in related)
    return Choice(
        systems=sheets.systems,
        decision=decide(dimensions, order, rules.limits),
        ranking=ranking,
        flips=flips(dimensions, ranking_draws, order),
        axes=tuple(sheet.axis for sheet in seen.sheets),
        left_out=tuple(s.axis for s in sheets.sheets if s.families and s.axis.name not in names and not rules.axes),
        places=places(seen, front_draws),
        dominated=dominated(seen, pairs(seen, rules.limits), alpha=rules.alpha),
        taxes=tuple(one for one in taxes if one),
        not_asked=tuple(s.axis.name for s in sheets.sheets if s.axis.weight is not None and not s.families),
        alpha=rules.alpha,
        margin=rules.margin,
        amount=rules.amount,
        draws=rules.draws,
        seed=rules.seed,
    )


def _axes(sheets: Sheets, scored: Sequence[int]) -> tuple[str, ...]:
    """The dimensions that were asked about, and the other axes on which all who have a score are measured."""
    return tuple(
        sheet.axis.name
        for sheet in sheets.sheets
        if sheet.families and (sheet.axis.weight is not None or (scored and all(sheet.measured(at) for at in scored)))
    )
