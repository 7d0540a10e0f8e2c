"""From cells to a Profile: dimensions, principles, refusal, honesty, sycophancy, capability, cost, shifts, repeats."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, TypeVar

from meant.core.finding import Finding, Interval, Unit
from meant.core.policy import Policy
from meant.core.profile import Profile
from meant.measure.calibration import choices
from meant.measure.cell import Cell
from meant.measure.pairs import pair_findings
from meant.measure.repeats import of_k
from meant.measure.shares import (
    SHARES,
    finding,
    findings,
    is_capability,
    right,
)
from meant.measure.shift.figures import in_distribution, shift_findings
from meant.measure.spending import judging
from meant.measure.sycophancy import sycophancy
from meant.measure.task_scores import task_scores
from meant.measure.wavering import wavering
from meant.stats.intervals import mean, quantile, weighted_mean

T = TypeVar("T")


class Named(Protocol):
    """A system, or the record of one."""

    @property
    def name(self) -> str:
        """What reports call it."""
        ...

    @property
    def fingerprint(self) -> str:
        """Of what answered."""
        ...


def profile_of(cells: Sequence[Cell], *, system: Named, policy: Policy, run: str) -> Profile:
    """Every figure that the cells can give. Shifted cells count in those of `shift_findings` and in no other."""
    plain = in_distribution(cells)
    found = [*_dimensions(plain, policy), *_principles(plain), *_suites(plain)]
    found += [f for share in SHARES for f in findings(share, plain)]
    found += [*sycophancy(plain), *pair_findings(plain), *choices(plain), *_spent(plain), *shift_findings(cells)]
    found += [*judging(cells), *task_scores(plain)]
    found += [
        *of_k(dict(_grouped((d, c) for c in plain if (d := dimension_of(c, policy)) is not None))),
        *wavering(plain),
    ]
    return Profile(system=system.name, fingerprint=system.fingerprint, policy=policy.id, run=run, findings=tuple(found))


def dimension_of(cell: Cell, policy: Policy) -> str | None:
    """Where a case counts: its own word, else its principle's; None for a principle that the policy lacks."""
    known = {p.id: p.dimension for p in policy.principles}
    return cell.case.dimension or known.get(cell.case.principle)


def _dimensions(cells: Sequence[Cell], policy: Policy) -> Iterator[Finding]:
    parts: list[tuple[float, float, Interval]] = []
    whole: list[Finding] = []
    for dimension in policy.dimensions:
        mine = [c for c in cells if dimension_of(c, policy) == dimension.name]
        if mine:
            whole.append(finding(right(dimension.name), mine))
            if whole[-1].value is not None and whole[-1].interval is not None:
                parts.append((dimension.weight, whole[-1].value, whole[-1].interval))
    if len(whole) == len(parts) == len(policy.dimensions) and sum(w for w, _, _ in parts) > 0:
        yield _score(parts, whole)
    yield from whole


def _score(parts: list[tuple[float, float, Interval]], whole: list[Finding]) -> Finding:
    """The policy's single figure; only where every dimension was measured."""
    value, interval = weighted_mean(parts)
    unscored = sum(f.unscored for f in whole)
    return Finding(
        metric="score",
        value=value,
        interval=interval,
        worst=_worst_score(parts, whole) if unscored else interval,
        n=sum(f.n for f in whole),
        unscored=unscored,
        method="mean by the policy's weights, MOVER 95 %",
        judges=tuple(sorted({judge for f in whole for judge in f.judges})),
    )


def _worst_score(parts: list[tuple[float, float, Interval]], whole: list[Finding]) -> Interval:
    """Every dimension at its worst bound at once: wider than need be, never narrower."""
    total = sum(weight for weight, _, _ in parts)
    bounds = [(weight / total, f.worst) for (weight, _, _), f in zip(parts, whole, strict=True) if f.worst]
    return Interval(sum(w * b.low for w, b in bounds), sum(w * b.high for w, b in bounds))


def _principles(cells: Sequence[Cell]) -> Iterator[Finding]:
    for principle, mine in _grouped((c.case.principle, c) for c in cells if not is_capability(c)):
        yield finding(right("principle"), mine, slice_={"principle": principle})


def _suites(cells: Sequence[Cell]) -> Iterator[Finding]:
    for suite, mine in _grouped((c.case.suite, c) for c in cells):
        yield finding(right("suite"), mine, slice_={"suite": suite})


def _grouped(pairs: Iterable[tuple[str, T]]) -> list[tuple[str, list[T]]]:
    groups: defaultdict[str, list[T]] = defaultdict(list)
    for key, one in pairs:
        groups[key].append(one)
    return list(groups.items())


def _spent(cells: Sequence[Cell]) -> Iterator[Finding]:
    """Latency, tokens and cost of the replies; cached replies keep what they took when they were made."""
    replies = [c.transcript for c in cells if c.transcript.error is None]
    asked = len({c.case.id for c in cells})
    timed = _grouped((t.case, t.timing.total_s) for t in replies if t.timing)
    seconds = [second for _, mine in timed for second in mine]
    for metric, q in (("latency_p50", 0.5), ("latency_p95", 0.95)):
        if seconds:
            value, interval = quantile(seconds, q, clusters=len(timed))
            yield Finding(metric=metric, value=value, interval=interval, n=len(timed), unscored=asked - len(timed),
                          unit="s", better="lower",
                          method="of all replies, order statistics 95 %, cases as clusters")  # fmt: skip
    told: tuple[tuple[str, Unit, list[tuple[str, float | None]]], ...] = (
        ("output_tokens", "tokens", [(t.case, t.usage.output_tokens) for t in replies]),
        ("cost", "usd", [(t.case, t.usage.cost_usd) for t in replies]),
    )
    for metric, unit, values in told:
        by_case = _grouped((case, value) for case, value in values if value is not None)
        if by_case:
            value, interval = mean([sum(mine) / len(mine) for _, mine in by_case])
            yield Finding(metric=metric, value=value, interval=interval, n=len(by_case),
                          unscored=asked - len(by_case), unit=unit, better="lower",
                          method="mean a reply, a case once, normal 95 %")  # fmt: skip
