"""Agreement with people: sensitivity, specificity, accuracy, kappa, by slice too; and that of the raters themselves.

Its rule: people's "fail" is what is to be found. Replies without a verdict are unscored in every figure, and `worst`
says how far they could move a rate. Families are clusters: of a coefficient, whose own variance knows none, the
interval is then the widest of its own, of families drawn anew (Efron 1979), and, where all agree and draws cannot
differ, of that with one item a family.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal, TypeVar

from meant.core.finding import Finding, Interval
from meant.core.labelled import LabelledReply
from meant.measure.calibrating.rated import Rated
from meant.measure.shares import METHOD
from meant.stats.agreement import Agreement, cohen_kappa, krippendorff_alpha
from meant.stats.intervals import rate
from meant.stats.resampling import middle_of, resamples
from meant.stats.unscored import bounds

DRAWS = 500
_KAPPA = "Cohen 1960, interval from Fleiss, Cohen and Everitt 1969, 95 %"
_ALPHA = "Krippendorff 2011, nominal; bootstrap 95 %"
_CLUSTERED = ", families as clusters"
_NOTHING = Agreement(None, Interval(-1.0, 1.0), 0)
"""Of kappa where people use one label only: it would be 0 whatever the judge says."""

Item = TypeVar("Item")


def agreement(rated: Sequence[Rated], part: Mapping[str, str] | None = None) -> Iterator[Finding]:
    """The figures of these replies, all of which belong to `part`; nothing where there is none."""
    if not rated:
        return
    part = part or {}
    yield share("sensitivity", [r for r in rated if r.label == "fail"], _right, part)
    yield share("specificity", [r for r in rated if r.label == "pass"], _right, part)
    yield share("accuracy", rated, _right, part)
    yield _kappa(rated, part)
    yield share("no_verdict", rated, lambda r: not r.decided, part, better="lower", counts=lambda _: True)


def by_slice(rated: Sequence[Rated]) -> Iterator[Finding]:
    """The same by expectation and by each label of the cases, where that tells replies apart."""
    groups: defaultdict[tuple[str, str], list[Rated]] = defaultdict(list)
    for r in rated:
        groups["expect", r.item.case.expect].append(r)
        for label, value in r.item.case.slices.items():
            groups[label, value].append(r)
    for (label, value), mine in sorted(groups.items()):
        if len(mine) < len(rated):
            yield from agreement(mine, {label: value})


def raters(items: Sequence[LabelledReply]) -> Iterator[Finding]:
    """Agreement of people among themselves on pass and fail; nothing where no reply has two such labels."""
    votes = [[said for said in item.labels.values() if said != "unsure"] for item in items]
    pairs = [(v, i) for v, i in zip(votes, items, strict=True) if len(v) > 1]
    if not pairs:
        return
    families = [f"{i.case.suite}/{i.case.family}" for _, i in pairs]
    whole = _clustered(krippendorff_alpha, lambda v: krippendorff_alpha(v, draws=0), [v for v, _ in pairs], families)
    yield _coefficient("raters_alpha", whole, _ALPHA, families)


def share(
    metric: str,
    rated: Sequence[Rated],
    hit: Callable[[Rated], bool],
    part: Mapping[str, str],
    *,
    better: Literal["higher", "lower"] = "higher",
    counts: Callable[[Rated], bool] = lambda r: r.decided,
) -> Finding:
    """The share of these replies that `hit`; those that do not count are unscored. Evidence: those that miss."""
    counted = [r for r in rated if counts(r)]
    of = rate([hit(r) for r in counted], [r.family for r in counted])
    worst = bounds([hit(r) if counts(r) else None for r in rated], [r.family for r in rated])
    return Finding(
        metric=metric,
        value=of.value,
        interval=of.interval if of.n else None,
        n=of.n,
        unscored=len(rated) - len(counted),
        better=better,
        worst=worst.interval,
        method=METHOD,
        slice=part,
        evidence=tuple(r.item.transcript.id for r in counted if hit(r) == (better == "lower")),
    )


def _right(rated: Rated) -> bool:
    return rated.agrees


def _kappa(rated: Sequence[Rated], part: Mapping[str, str]) -> Finding:
    decided = [r for r in rated if r.decided]
    pairs, families = [(r.verdict.outcome, r.label) for r in decided], [r.family for r in decided]
    one_kind = len({r.label for r in decided}) < 2
    whole = _NOTHING._replace(n=len(decided)) if one_kind else _clustered(_cohen, _cohen, pairs, families)
    return _coefficient("kappa", whole, _KAPPA, families, part=part, unscored=len(rated) - len(decided))


def _cohen(pairs: Sequence[tuple[str, str]]) -> Agreement:
    return cohen_kappa([judge for judge, _ in pairs], [people for _, people in pairs])


def _coefficient(
    metric: str,
    found: Agreement,
    method: str,
    families: Sequence[str],
    *,
    part: Mapping[str, str] | None = None,
    unscored: int = 0,
) -> Finding:
    return Finding(
        metric=metric,
        value=found.value,
        interval=None if found.value is None else found.interval,
        n=found.n,
        unscored=unscored,
        method=method + (_CLUSTERED if len(set(families)) < len(families) else ""),
        slice=part or {},
    )


def _clustered(
    whole: Callable[[Sequence[Item]], Agreement],
    again: Callable[[Sequence[Item]], Agreement],
    items: Sequence[Item],
    families: Sequence[str],
) -> Agreement:
    """The coefficient with families as clusters; `again` is the same of a draw, of which only the value is read."""
    found, groups = whole(items), defaultdict[str, list[Item]](list)
    for item, family in zip(items, families, strict=True):
        groups[family].append(item)
    if found.value is None or len(groups) == len(items):
        return found
    draws = resamples([*groups.values()], draws=DRAWS, seed=0)
    drawn = (again([item for group in draw for item in group]).value for draw in draws)
    known = [value for value in drawn if value is not None]
    ends = [found.interval, *([middle_of(known)] if known else [])]
    if found.value == 1:
        ends.append(whole([group[0] for group in groups.values()]).interval)
    return found._replace(interval=Interval(min(e.low for e in ends), max(e.high for e in ends)))
