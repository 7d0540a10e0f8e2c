"""Which layer stops what: on either side of the policy's line, what each adds to the others, what it costs.

A layer adds what it stops and no other layer does. In the record of a run a layer that comes after one which blocks was
not asked, so what is added is "at most": `unknown` says of how many. Asked alone (`alone.py`) each is asked about all.
A layer in shadow stops nothing; its row says what it would have stopped, and what it would have added.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from meant.core.base import Value
from meant.core.case import Case
from meant.core.finding import Interval
from meant.core.guard import GuardDecision, Mode
from meant.core.side import Side, side_of
from meant.stats.intervals import quantile, rate


class Share(Value):
    """Cases stopped, of those in which anybody was asked."""

    hits: int
    n: int
    value: float | None
    interval: Interval
    """95 %, with families of cases counted as such."""


class LayerFigures(Value):
    """What one layer does."""

    layer: str
    mode: Mode
    harmful: Share
    """Of cases whose reply may not give what is asked for: the more, the better."""
    benign: Share
    """Of the others: over-blocking."""
    adds_harmful: int
    """Cases that it stops and no other layer does, or at most so many."""
    adds_benign: int
    unknown: int
    """Of these, in how many another layer was not asked."""
    rewrites: int
    """Cases in which it rewrites something."""
    unsure: int
    """In which it could not tell, and left it to others."""
    errors: int
    """In which it failed."""
    p50_ms: float | None
    p95_ms: float | None
    """Of one asking; of a layer in shadow that did not finish, none."""


class Explained(Value):
    """All layers, and all of them together."""

    layers: tuple[LayerFigures, ...]
    harmful: Share
    """Stopped by the layers that are enforced."""
    benign: Share
    cases: int
    unclear: int
    """Cases of neither side, or of which nobody can tell. They count in no share."""


class Screened(NamedTuple):
    """One case, and all that guards said of it."""

    case: Case
    decisions: Sequence[GuardDecision]

    @property
    def side(self) -> Side:
        """Of its principle's line."""
        return side_of(self.case.expect, self.case.slices)

    def of(self, layer: str) -> list[GuardDecision]:
        """What one layer said."""
        return [one for one in self.decisions if one.guard == layer]

    def stopped_by(self) -> set[str]:
        """Layers that stop something of it, or would if they were not in shadow."""
        return {one.guard for one in self.decisions if stops(one)}


def stops(decision: GuardDecision) -> bool:
    """Whether it does, or would if it were not in shadow; one that has not said anything does not."""
    return decision.action == "block" or (decision.action == "ask" and decision.approved is not True)


def explained(cases: Iterable[Screened]) -> Explained:
    """The figures of all layers that were ever asked, in the order in which they first were."""
    every = list(cases)
    modes = dict[str, Mode]()
    for one in every:
        modes |= {decision.guard: decision.mode for decision in one.decisions}
    enforced = {name for name, mode in modes.items() if mode == "enforce"}
    return Explained(
        layers=tuple(_figures(name, modes, every) for name in modes),
        harmful=_share(every, "forbids", by=enforced),
        benign=_share(every, "permits", by=enforced),
        cases=len(every),
        unclear=sum(one.side == "unclear" for one in every),
    )


def _figures(name: str, modes: Mapping[str, Mode], every: Sequence[Screened]) -> LayerFigures:
    asked = [one for one in every if one.of(name)]
    others = {other for other, mode in modes.items() if mode == "enforce" and other != name}
    added = [one for one in asked if name in one.stopped_by() and not one.stopped_by() & others]
    times = [decision.took_s for one in asked for decision in one.of(name) if decision.took_s > 0]

    def count(holds: Callable[[GuardDecision], bool]) -> int:
        return sum(any(map(holds, one.of(name))) for one in asked)

    return LayerFigures(
        layer=name,
        mode=modes[name],
        harmful=_share(asked, "forbids", by={name}),
        benign=_share(asked, "permits", by={name}),
        adds_harmful=sum(one.side == "forbids" for one in added),
        adds_benign=sum(one.side == "permits" for one in added),
        unknown=sum(not others <= {decision.guard for decision in one.decisions} for one in added),
        rewrites=count(lambda decision: decision.action == "rewrite"),
        unsure=count(lambda decision: decision.action == "escalate" and decision.error is None),
        errors=count(lambda decision: decision.error is not None),
        p50_ms=_ms(times, 0.5),
        p95_ms=_ms(times, 0.95),
    )


def _share(every: Sequence[Screened], side: Side, *, by: Collection[str]) -> Share:
    mine = [one for one in every if one.side == side]
    hits = [float(bool(one.stopped_by() & set(by))) for one in mine]
    found = rate(hits, [one.case.family for one in mine])
    return Share(hits=int(sum(hits)), n=found.n, value=found.value, interval=found.interval)


def _ms(times_s: Sequence[float], q: float) -> float | None:
    return 1000 * quantile(times_s, q)[0] if times_s else None
