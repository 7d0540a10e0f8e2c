"""How often two systems differ, from what was measured in the lab: the basis of a plan."""

from collections.abc import Callable, Sequence

from meant.core.policy import GateRules, Policy
from meant.measure.cell import Cell
from meant.measure.gate_groups import groups_of
from meant.measure.planning import Basis
from meant.measure.repeats import by_case, shares_right
from meant.measure.shift.figures import in_distribution
from meant.stats.evidence import evidence

FEW = 20
"""Families below which a row's own discordance is chance, and that of all cases is taken."""
_OWN = "each family counts as one case"


def between(
    baseline: Sequence[Cell], candidate: Sequence[Cell], *, policy: Policy, rules: GateRules, where: str
) -> Callable[[str], Basis] | None:
    """The two on the same lab cases, row by row; None where they share too few. `where` names the runs."""
    shares = [shares_right(in_distribution(cells)) for cells in (baseline, candidate)]
    cases = [mine[0].case for mine in by_case(in_distribution(candidate))]
    known = [c for c in cases if all(side.get(c.id) is not None for side in shares)]
    found = dict[str, Basis]()
    for name, mine in [("", known), *((name, mine) for name, mine, _ in groups_of(known, policy, rules))]:
        families = [c.family for c in mine]
        if len(set(families)) >= FEW:
            counts = evidence([(shares[1][c.id] or 0.0) - (shares[0][c.id] or 0.0) for c in mine], families).counts
            seen = (counts.gains + counts.losses + 0.5) / (counts.pairs + 1)
            of = f"{len(mine)} lab cases" if name else f"all {len(mine)} lab cases, there being too few of its own"
            source = f"discordance as measured on {of} of {where}"
            found[name] = Basis(seen, max(1.0, len(mine) / counts.pairs), source)
    return (lambda name: found.get(name, found[""])) if found else None


def within(baseline: Sequence[Cell], *, where: str) -> Callable[[str], Basis] | None:
    """A system against itself, from its repeats on lab cases; None where too few were repeated.

    The chance that two replies to a case differ, without bias: 2 r (k − r) / k (k − 1), of k replies r being right.
    """
    chances, families = list[float](), set[str]()
    for mine in by_case(in_distribution(baseline)):
        right = [c.verdict.outcome == "pass" for c in mine if c.verdict.outcome in ("pass", "fail")]
        k, r = len(right), sum(right)
        if k > 1:
            chances.append(2 * r * (k - r) / (k * (k - 1)))
            families.add(mine[0].case.family)
    if len(families) < FEW:
        return None
    source = f"discordance of the baseline with itself, from repeats of {len(chances)} lab cases of {where}; {_OWN}"
    basis = Basis(sum(chances) / len(chances), None, source)
    return lambda _: basis


def assumed(discordance: float) -> Callable[[str], Basis]:
    """One that nobody measured."""
    basis = Basis(discordance, None, f"discordance {discordance:g} is assumed, and measured by nobody; {_OWN}")
    return lambda _: basis
