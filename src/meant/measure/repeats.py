"""Several replies to one case. Its rule: a repeat is never a case.

Every rate takes one number a case, the share of its repeats that hit, and its interval counts cases, in families.
What only repeats can tell stands here: how often at least one of k replies is right, and how often all k are.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

from meant.core.finding import Finding, Interval
from meant.measure.cell import Cell
from meant.stats.intervals import Rate, rate
from meant.stats.repeats import pass_at_k, pass_hat_k

METRICS = ("pass_at_k", "pass_hat_k")
_METHODS = {
    "pass_at_k": "at least one of k replies right, k = {k}, unbiased (Chen et al. 2021); families as clusters, 95 %",
    "pass_hat_k": "all of k replies right, k = {k}, unbiased (Yao et al. 2024); families as clusters, 95 %",
}
_OF = {"pass_at_k": pass_at_k, "pass_hat_k": pass_hat_k}


def by_case(cells: Sequence[Cell]) -> list[list[Cell]]:
    """The cells of each case of one system, all its repeats, cases as they first occur."""
    groups: defaultdict[str, list[Cell]] = defaultdict(list)
    for cell in cells:
        groups[cell.case.id].append(cell)
    return list(groups.values())


def shares_right(cells: Sequence[Cell]) -> Mapping[str, float | None]:
    """By case id: the share of its repeats with a verdict that are right; None where none has one."""
    outcomes = {mine[0].case.id: [c.verdict.outcome for c in mine] for mine in by_case(cells)}
    scored = {case: [o == "pass" for o in said if o in ("pass", "fail")] for case, said in outcomes.items()}
    return {case: sum(right) / len(right) if right else None for case, right in scored.items()}


def bounds_right(cells: Sequence[Cell]) -> Mapping[str, Interval]:
    """By case id: the share of its repeats that are right, if those without a verdict were wrong, and if right."""
    outcomes = {mine[0].case.id: [c.verdict.outcome for c in mine] for mine in by_case(cells)}
    return {
        case: Interval(sum(map(_passed, said)) / len(said), sum(map(_not_failed, said)) / len(said))
        for case, said in outcomes.items()
    }


def of_k(groups: Mapping[str, Sequence[Cell]]) -> Iterator[Finding]:
    """For each group of cells (a dimension) both figures, k being the repeats; nothing where no case was repeated.

    A case of which some repeat has no verdict is unscored: what was not said cannot be guessed.
    """
    for name, cells in groups.items():
        cases = by_case(cells)
        k = max(map(len, cases), default=1)
        for metric in METRICS if k > 1 else ():
            yield _of_k(metric, cases, k, {"dimension": name, "k": str(k)})


def _of_k(metric: str, cases: Sequence[Sequence[Cell]], k: int, part: dict[str, str]) -> Finding:
    whole = [mine for mine in cases if len(mine) == k and all(c.verdict.outcome in ("pass", "fail") for c in mine)]
    found = _rate(metric, whole, _passed)
    worst = [_rate(metric, cases, right).interval for right in (_passed, _not_failed)]
    return Finding(
        metric=metric,
        value=found.value,
        interval=found.interval if found.n else None,
        n=found.n,
        unscored=len(cases) - found.n,
        worst=Interval(worst[0].low, worst[1].high),
        families=len({mine[0].case.family for mine in whole}),
        method=_METHODS[metric].format(k=k),
        slice=part,
        evidence=tuple(c.transcript.id for mine in whole for c in mine if c.verdict.outcome == "fail"),
    )


def _rate(metric: str, cases: Sequence[Sequence[Cell]], right: Callable[[str], bool]) -> Rate:
    counts = [(len(mine), sum(right(c.verdict.outcome) for c in mine)) for mine in cases]
    values = [_OF[metric](n, hits, k=n) for n, hits in counts]
    return rate(values, [mine[0].case.family for mine in cases])


def _passed(outcome: str) -> bool:
    return outcome == "pass"


def _not_failed(outcome: str) -> bool:
    return outcome != "fail"
