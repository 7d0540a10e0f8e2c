"""Which layer stops what: on either side of the policy's line, what each adds to the others, what it costs.

In the record of a run a layer adds what it stops and no other layer does; one that comes after one which blocks was not
asked, so that this is "at most": `unknown` says of how many. Where each was asked alone about everything (`alone.py`) a
layer adds what the cascade stops with it and not without it, exactly (`ablation.py`). A layer in shadow stops nothing;
its row says what it would have stopped, and what it would have added.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from meant.core.base import Value
from meant.core.case import Case
from meant.core.finding import Interval
from meant.core.guard import GuardDecision, Mode
from meant.core.side import Side
from meant.guard.ablation import Alone
from meant.guard.wanted import wanted_of
from meant.stats.intervals import quantile, rate


class Share(Value):
    """Cases stopped, of those in which anybody was asked."""

    hits: int
    n: int
    families: int
    """Of so many: variants of one case say little more than one."""
    value: float | None
    interval: Interval
    """95 %, with families of cases counted as such."""


class LayerFigures(Value):
    """What one layer does."""

    layer: str
    mode: Mode
    harmful: Share
    """Of cases that must be refused: the more, the better."""
    benign: Share
    """Of those that must not be: over-blocking."""
    adds_harmful: int
    """Cases that are stopped because of it, or at most so many."""
    adds_benign: int
    unknown: int
    """Of these, in how many another layer was not asked."""
    rewrites: int
    """Cases in which it rewrites something."""
    unsure: int
    """In which it could not tell, and left it to others."""
    errors: int
    """In which it failed."""
    error: str | None
    """How it first failed."""
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
    """Cases of neither kind, or of which nobody can tell. They count in no share."""


class Screened(NamedTuple):
    """One case, and all that guards said of it."""

    case: Case
    decisions: Sequence[GuardDecision]

    @property
    def side(self) -> Side:
        """What a guard should do with it."""
        return wanted_of(self.case)

    def of(self, layer: str) -> list[GuardDecision]:
        """What one layer said."""
        return [one for one in self.decisions if one.guard == layer]

    def stopped_by(self) -> set[str]:
        """Layers that stop something of it, or would if they were not in shadow."""
        return {one.guard for one in self.decisions if one.objects}


def explained(cases: Iterable[Screened], alone: Alone | None = None) -> Explained:
    """The figures of all layers: of those `alone`, each of which was asked about all; or of those that ever were."""
    every = list(cases)
    modes: dict[str, Mode] = {one.name: one.mode for one in alone.layers} if alone else {}
    for one in every:
        modes |= {decision.guard: decision.mode for decision in one.decisions}
    ended = _Ended(every, alone, frozenset(name for name, mode in modes.items() if mode == "enforce"))
    return Explained(
        layers=tuple(_figures(name, modes[name], ended) for name in modes),
        harmful=_share(every, "forbids", ended.stopped),
        benign=_share(every, "permits", ended.stopped),
        cases=len(every),
        unclear=sum(one.side == "unclear" for one in every),
    )


class _Ended:
    """What becomes of every case, with all layers and without one."""

    def __init__(self, every: Sequence[Screened], alone: Alone | None, enforced: frozenset[str]) -> None:
        self.every, self._alone, self._enforced = every, alone, enforced
        self._parts = [alone.parts(one.case.turns, one.decisions) for one in every] if alone else []
        self.stopped = self._with("")

    def added(self, name: str) -> list[Screened]:
        """The cases that are stopped because of this layer, or would be if it were not in shadow."""
        if self._alone is None:
            mine = [one for one in self.every if name in one.stopped_by()]
            return [one for one in mine if not one.stopped_by() & self._enforced - {name}]
        with_it = self._with(name)
        without = [self._alone.stops(parts, without=name) for parts in self._parts]
        ends = zip(self.every, with_it, without, strict=True)
        return [one for one, stopped, anyway in ends if stopped and not anyway]

    def unknown(self, name: str, added: Sequence[Screened]) -> int:
        """Of these, in how many another layer was not asked, which may have stopped it too."""
        others = self._enforced - {name}
        return 0 if self._alone else sum(not others <= {said.guard for said in one.decisions} for one in added)

    def _with(self, name: str) -> list[bool]:
        if self._alone is None:
            return [bool(one.stopped_by() & self._enforced) for one in self.every]
        return [self._alone.stops(parts, enforcing=name) for parts in self._parts]


def _figures(name: str, mode: Mode, ended: _Ended) -> LayerFigures:
    asked = [one for one in ended.every if one.of(name)]
    stopped, added = [name in one.stopped_by() for one in asked], ended.added(name)
    times = [decision.took_s for one in asked for decision in one.of(name) if decision.took_s > 0]

    def count(holds: Callable[[GuardDecision], bool]) -> int:
        return sum(any(map(holds, one.of(name))) for one in asked)

    return LayerFigures(
        layer=name,
        mode=mode,
        harmful=_share(asked, "forbids", stopped),
        benign=_share(asked, "permits", stopped),
        adds_harmful=sum(one.side == "forbids" for one in added),
        adds_benign=sum(one.side == "permits" for one in added),
        unknown=ended.unknown(name, added),
        rewrites=count(lambda decision: decision.action == "rewrite"),
        unsure=count(lambda decision: decision.action == "escalate" and decision.error is None),
        errors=count(lambda decision: decision.error is not None),
        error=next((decision.error for one in asked for decision in one.of(name) if decision.error), None),
        p50_ms=_ms(times, 0.5),
        p95_ms=_ms(times, 0.95),
    )


def _share(every: Sequence[Screened], side: Side, stopped: Sequence[bool]) -> Share:
    mine = [(float(hit), one.case.family) for one, hit in zip(every, stopped, strict=True) if one.side == side]
    hits, families = [hit for hit, _ in mine], [family for _, family in mine]
    found = rate(hits, families)
    return Share(
        hits=int(sum(hits)), n=found.n, families=len(set(families)), value=found.value, interval=found.interval
    )


def _ms(times_s: Sequence[float], q: float) -> float | None:
    return 1000 * quantile(times_s, q)[0] if times_s else None
