"""Asking a judge about pairs, resumably, and what its preferences show: place, length, and agreement with people.

On place: Zheng et al. 2023 (arXiv:2306.05685), Wang et al. 2023 (arXiv:2305.17926). A pair without an answer in both
orders is unscored in every figure.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from meant.core.base import content_id
from meant.core.errors import JudgeFailure
from meant.core.finding import Finding
from meant.core.preference import Preference
from meant.engine.ask import HOPELESS
from meant.engine.progress import Progress
from meant.engine.together import together
from meant.judge.contract import Asks, Compares, Judge
from meant.measure.calibrating.pairs import Pair
from meant.measure.shares import METHOD
from meant.stats.intervals import effective_size, rate
from meant.stats.unpaired import unpaired_difference
from meant.stats.unscored import bounds
from meant.store.sqlite import Store

POSITION, PAIRS, PAIR_LENGTH = "position_bias", "pair_accuracy", "pair_length_bias"


class Compared(NamedTuple):
    """One pair, and what the judge prefers; None where it gave no answer."""

    pair: Pair
    said: Preference | None
    why: str = ""
    """Of no answer: the reason."""

    @property
    def right(self) -> bool | None:
        """Whether it prefers what people find better; None where it prefers neither."""
        if self.said is None or self.said.preferred not in ("first", "second"):
            return None
        chosen = self.said.first if self.said.preferred == "first" else self.said.second
        return chosen == self.pair.better.id


async def prefer_all(
    pairs: Sequence[Pair], judge: Judge, *, policy: str, store: Store, progress: Progress
) -> list[Compared]:
    """One answer a pair. What a judge that asks somebody says is kept as it comes, and asked once."""
    if not isinstance(judge, Compares) or not pairs:
        return []
    keys = [content_id([judge.name, pair.case.id, *(t.id for t in pair.order), policy]) for pair in pairs]
    asking = _Asking(judge, store, progress, store.preferences(keys))
    todo = deque((key, pair) for key, pair in zip(keys, pairs, strict=True) if key not in asking.known)
    progress.begin(f"compare {judge.name}", len(pairs))
    try:
        for _ in range(len(pairs) - len(todo)):
            progress.step(cached=True)
        at_once = judge.at_once if isinstance(judge, Asks) else 1
        await together([asking.work(todo) for _ in range(min(at_once, len(todo)))])
    finally:
        progress.end()
    known, failed = asking.known, asking.failed
    return [Compared(pair, known.get(key), failed.get(key, "")) for key, pair in zip(keys, pairs, strict=True)]


@dataclass
class _Asking:
    """One judge that is asked about pairs, and what it said by the pair's key."""

    judge: Compares
    store: Store
    progress: Progress
    known: dict[str, Preference]
    failed: dict[str, str] = field(default_factory=dict)

    async def work(self, todo: deque[tuple[str, Pair]]) -> None:
        while todo:
            key, pair = todo.popleft()
            await self._ask(key, pair)
            self.progress.step(failed=key in self.failed)

    async def _ask(self, key: str, pair: Pair) -> None:
        """Its answer, kept; where it has failed from the start, and often, it is not asked any more."""
        if not self.known and len(self.failed) >= HOPELESS:
            self.failed[key] = f"not asked: its first {HOPELESS} answers failed"
            return
        try:
            self.known[key] = await self.judge.prefer(pair.case, *pair.order)
        except JudgeFailure as failure:
            self.failed[key] = str(failure)
        else:
            self.store.add_preference(key, self.known[key])


def preferences(compared: Sequence[Compared]) -> Iterator[Finding]:
    """The figures; nothing where no pair was answered."""
    answered = [(c.pair, c.said) for c in compared if c.said is not None]
    if not answered:
        return
    for part in ({}, {"place": "first"}, {"place": "second"}):
        places = [part["place"]] if part else ["first", "second"]
        yield _share(POSITION, [(p.family, said.followed in places) for p, said in answered],
                     [c.pair.family for c in compared if c.said is None], part)  # fmt: skip
    decided = [(c.pair.family, c.right) for c in compared if c.right is not None]
    yield _share(PAIRS, decided, [c.pair.family for c in compared if c.right is None], {})
    yield from _length(compared)


def _share(metric: str, hits: Sequence[tuple[str, bool]], unscored: Sequence[str], part: dict[str, str]) -> Finding:
    families = [family for family, _ in hits]
    of = rate([hit for _, hit in hits], families)
    worst = bounds([*(hit for _, hit in hits), *(None for _ in unscored)], [*families, *unscored]).interval
    return Finding(
        metric=metric,
        value=of.value,
        interval=of.interval if of.n else None,
        n=of.n,
        unscored=len(unscored),
        better="lower" if metric == POSITION else "higher",
        worst=worst,
        method=METHOD,
        slice=part,
    )


def _length(compared: Sequence[Compared]) -> Iterator[Finding]:
    """How much more often it is wrong where people prefer the shorter than where they prefer the longer."""
    sides: tuple[list[tuple[str, bool]], list[tuple[str, bool]]] = ([], [])
    unscored = 0
    for c in compared:
        better, worse = len(c.pair.better.last_reply), len(c.pair.worse.last_reply)
        if better == worse:
            continue
        if c.right is None:
            unscored += 1
        else:
            sides[better > worse].append((c.pair.family, not c.right))
    shorter, longer = sides
    if not shorter or not longer:
        return
    for name, side in (("shorter", shorter), ("longer", longer)):
        yield _share("pair_error", side, [], {"better": name}).model_copy(update={"better": "lower"})
    yield Finding(
        metric=PAIR_LENGTH,
        value=_mean(shorter) - _mean(longer),
        interval=unpaired_difference(_effective(shorter), _effective(longer)),
        n=len(shorter) + len(longer),
        unscored=unscored,
        method="difference in errors; Newcombe 1998 unpaired, method 10, on effective sizes, 95 %",
    )


def _mean(side: Sequence[tuple[str, bool]]) -> float:
    return sum(wrong for _, wrong in side) / len(side)


def _effective(side: Sequence[tuple[str, bool]]) -> tuple[float, float]:
    size = effective_size([float(wrong) for _, wrong in side], [family for family, _ in side])
    return min(size, _mean(side) * size), size
