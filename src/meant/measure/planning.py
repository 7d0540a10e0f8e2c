"""What a gate can decide before anybody is asked: the chance of each right word, row by row, and how many cases more.

Its rule: of gate cases it reads where they stand (`Outline`) and never what they say, so that planning is no look. How
often two systems differ comes from runs in the lab, or is assumed and said to be.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from meant.core.casebook import Outline
from meant.core.policy import GateRules, Policy
from meant.measure.gate_groups import groups_of
from meant.stats.power import Assumed, paired_power, pairs_needed

LOSS = 2.0
"""Times the margin: how much worse the candidate is that should be caught."""


class Basis(NamedTuple):
    """How alike two systems are taken to be on the cases of a row."""

    discordance: float
    """Share of cases that only one of the two gets right."""
    effect: float | None
    """Design effect of the families; None: each family is counted as one case, which is the least it can be worth."""
    source: str
    """Where it is from, as a reader would say it."""


Bases = Callable[[str], Basis]
"""The basis of the row of a name."""


class PlanRow(NamedTuple):
    """One row of the gate."""

    group: str
    decides: bool
    cases: int
    families: int
    margin: float
    discordance: float
    effect: float
    source: str
    passes: float
    """The chance that a candidate as good as the baseline is "not worse"."""
    caught: float
    """The chance that one worse by twice the margin is "worse", with all rows looked at."""
    more: int
    """Cases to add, in families like these, for both chances to reach the power that is asked for; 0: none."""


def plan_gate(
    outlines: Sequence[Outline], policy: Policy, rules: GateRules, bases: Bases, *, power: float
) -> list[PlanRow]:
    """A row a row of the gate, from the outlines of the cases that it would ask."""
    groups = list(groups_of(outlines, policy, rules))
    return [
        _row(name, mine, rules, bases(name), decides=decides, power=power, alpha=rules.alpha / len(groups))
        for name, mine, decides in groups
    ]


def all_pass(rows: Sequence[PlanRow]) -> tuple[float, float]:
    """Lowest and highest chance that a candidate as good passes every row that decides, however they hang together."""
    chances = [row.passes for row in rows if row.decides]
    return max(0.0, 1 - sum(1 - chance for chance in chances)), min(chances, default=0.0)


def _row(
    name: str,
    mine: Sequence[Outline],
    rules: GateRules,
    basis: Basis,
    *,
    decides: bool,
    power: float,
    alpha: float,
) -> PlanRow:
    """`alpha` is the level at which Holm's adjustment says "worse" first: the rule's, over the number of rows."""
    cases, families, margin = len(mine), len({o.family for o in mine}), rules.margin_of(name)
    effect = basis.effect or cases / families
    good, bad = _truths(basis.discordance, margin)
    needed = (
        pairs_needed(good, alpha=rules.alpha, power=power, design_effect=effect),
        pairs_needed(bad, alpha=alpha, power=power, design_effect=effect),
    )
    return PlanRow(
        group=name,
        decides=decides,
        cases=cases,
        families=families,
        margin=margin,
        discordance=good.discordance,
        effect=effect,
        source=basis.source,
        passes=paired_power(cases, good, alpha=rules.alpha, design_effect=effect),
        caught=paired_power(cases, bad, alpha=alpha, design_effect=effect),
        more=max(0, math.ceil(max(needed)) - cases),
    )


def _truths(discordance: float, margin: float) -> tuple[Assumed, Assumed]:
    """As good as the baseline; and worse by twice the margin, which is lost beside what differs anyway."""
    alike = max(discordance, margin)
    loss = min(1.0, LOSS * margin)
    return Assumed(alike, 0.0, margin), Assumed(min(1.0, alike + loss), -loss)


def sentences(rows: Sequence[PlanRow], *, power: float) -> Iterator[str]:
    """What the table does not say: what it rests on, and what a pass needs."""
    for source in dict.fromkeys(row.source for row in rows):
        named = [row.group for row in rows if row.source == source]
        yield f"{', '.join(named) if len(named) < len(rows) else 'all rows'}: {source}"
    low, high = all_pass(rows)
    yield f"a pass needs every row marked *: a candidate as good passes in {low:.0%} to {high:.0%} of builds"
    short = [row for row in rows if row.decides and row.more]
    if short:
        most = max(short, key=lambda row: row.more)
        yield f"{power:.0%} on every row marked * takes {most.more:,} more cases of {most.group}, and fewer of others"
