"""From a judge and people's labels to a calibration card, which goes in the store.

Its rule: the policy that the judge reads is the one that people judged by, and where it is another the card says so.
What a judge that asks somebody says is kept as it comes: the same command after a kill asks only what is missing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from meant.core.calibration import CalibrationCard
from meant.core.errors import ConfigError
from meant.engine.progress import Progress
from meant.judge.contract import Compares, Judge
from meant.loop.judges import Bench
from meant.loop.labelled import Labels, labels_of
from meant.measure.calibrating.card import Seen, card_of
from meant.measure.calibrating.comparing import Compared, prefer_all
from meant.measure.calibrating.pairs import at_most, compared_pairs, labelled_pairs
from meant.measure.calibrating.rated import Rated, Sorted, sort
from meant.measure.judging import judge_all
from meant.store.sqlite import Store

MOST_PAIRS = 100


@dataclass(frozen=True)
class Calibration:
    """What the user asks for."""

    judge: str
    """As for `--judge`."""
    labels: str
    """`store`, a run's id or its beginning, or a file."""
    policy: str | None = None
    """None: the run's own; of the store, the newest run's; of a file, the built-in one."""
    pairs: int = MOST_PAIRS
    """How many pairs a judge that compares is asked about, at most."""


async def calibrate(plan: Calibration, *, store: Store, progress: Progress) -> CalibrationCard:
    """Measure the judge, and record its card.

    Raises FileFaults, ConfigError or PluginError before anybody is asked; ConfigError too where there is no label to
    measure with, and where the judge gave not one verdict.
    """
    labels = labels_of(plan.labels, policy=plan.policy, store=store)
    bench = Bench(labels.policy)
    try:
        judge = bench.judge(plan.judge)
        (record,) = bench.records([judge])
        found = sort(labels.items, judge.expects)
        if not found.items and not (labels.pairs and isinstance(judge, Compares) and plan.pairs):
            raise ConfigError(_nothing(labels, found))
        by = _By(judge, labels.policy.id, store, progress)
        rated = await _rated(found, by)
        compared = await _compared(labels, found, by, most=plan.pairs)
    finally:
        await bench.aclose()
    if said_nothing := _said_nothing(rated, compared or ()):
        raise ConfigError(f"nothing was measured of {record.name}, which gave no verdict: {said_nothing}")
    notes = (*labels.notes, *_strangers(labels))
    seen = Seen(record, rated, labels.items, found.left_out, compared, notes)
    card = card_of(seen, policy=labels.policy.id, at=datetime.now(UTC), source=labels.source)
    store.add_calibration(card)
    return card


class _By(NamedTuple):
    """Who judges, and where that is kept."""

    judge: Judge
    policy: str
    store: Store
    progress: Progress


async def _rated(found: Sorted, by: _By) -> list[Rated]:
    cases = {item.case.id: item.case for item, _ in found.items}
    said = [item.transcript for item, _ in found.items]
    judges = dict.fromkeys(by.judge.expects, by.judge)
    cells = await judge_all(cases, said, judges, policy=by.policy, store=by.store, progress=by.progress)
    return [Rated(item, label, cell.verdict) for (item, label), cell in zip(found.items, cells, strict=True)]


async def _compared(labels: Labels, found: Sorted, by: _By, *, most: int) -> list[Compared] | None:
    """None where the judge does not compare, or is not to be asked."""
    if not isinstance(by.judge, Compares) or not most:
        return None
    cases, said = {c.id: c for c, _ in labels.said}, {t.id: t for _, t in labels.said}
    pairs = at_most([*compared_pairs(labels.pairs, cases, said), *labelled_pairs(found.items)], most)
    return await prefer_all(pairs, by.judge, policy=by.policy, store=by.store, progress=by.progress)


def _said_nothing(rated: Sequence[Rated], compared: Sequence[Compared]) -> str:
    """The first reason, where not one reply got a verdict and not one pair an answer; else empty."""
    if any(r.verdict.outcome != "error" for r in rated) or any(c.said is not None for c in compared):
        return ""
    reasons = [*(r.verdict.why for r in rated), *(c.why for c in compared)]
    return reasons[0] if reasons else "no two replies to one case to compare"


def _nothing(labels: Labels, found: Sorted) -> str:
    if not labels.items:
        return f"{labels.source}: no label there; label replies first, or name a file of labels"
    reasons = "; ".join(f"{reason}: {count}" for reason, count in found.left_out.items())
    return f"{labels.source}: nothing to measure this judge on ({reasons})"


def _strangers(labels: Labels) -> list[str]:
    known = {principle.id for principle in labels.policy.principles}
    named = sorted({item.case.principle for item in labels.items} - known)
    return [f"the policy does not state {', '.join(named)}, which some labels are about"] if named else []
