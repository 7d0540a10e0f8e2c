"""From a judge and people's labels to a calibration card, which goes in the store.

Its rule: labels of gate cases are not read; the policy that the judge reads is the one that people judged by, and where
it cannot be that one the card says so. What a judge that asks somebody says is kept as it comes, so that the same
command after a kill asks only what is missing.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from meant.core.calibration import CalibrationCard
from meant.core.case import Case
from meant.core.errors import ConfigError
from meant.core.label import Labelled, PairLabel
from meant.core.labelled import LabelledReply
from meant.core.policy import Policy
from meant.core.record import RunRecord
from meant.core.transcript import Transcript
from meant.engine.progress import Progress
from meant.files.labelled import read_labelled
from meant.files.policy import load_policy
from meant.judge.contract import Compares, Judge
from meant.loop.judges import Bench
from meant.measure.calibrating.card import Seen, card_of
from meant.measure.calibrating.comparing import Compared, prefer_all
from meant.measure.calibrating.pairs import at_most, compared_pairs, labelled_pairs
from meant.measure.calibrating.rated import Rated, Sorted, sort
from meant.measure.judging import judge_all
from meant.store.sqlite import Store

STORE = "store"
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


class _Labels(NamedTuple):
    """People's labels, and by which policy they are."""

    items: Sequence[LabelledReply]
    policy: Policy
    source: str
    pairs: Sequence[PairLabel] = ()
    said: Sequence[tuple[Case, Transcript]] = ()
    """The replies that pairs are of."""
    notes: tuple[str, ...] = ()


async def calibrate(plan: Calibration, *, store: Store, progress: Progress) -> CalibrationCard:
    """Measure the judge, and record its card.

    Raises FileFaults, ConfigError or PluginError before anybody is asked; ConfigError too where there is no label to
    measure with, and where the judge gave not one verdict.
    """
    labels = _labels(plan, store)
    bench = Bench(labels.policy)
    try:
        judge = bench.judge(plan.judge)
        (record,) = bench.records([judge])
        found = sort(labels.items, judge.expects)
        if not found.items and not labels.pairs:
            raise ConfigError(_nothing(labels, found))
        by = _By(judge, labels.policy.id, store, progress)
        rated = await _rated(found, by)
        compared = await _compared(labels, found, by, most=plan.pairs)
    finally:
        await bench.aclose()
    if rated and all(r.verdict.outcome == "error" for r in rated):
        raise ConfigError(f"nothing was measured of {record.name}, which gave no verdict: {rated[0].verdict.why}")
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


async def _compared(labels: _Labels, found: Sorted, by: _By, *, most: int) -> list[Compared] | None:
    """None where the judge does not compare, or is not to be asked."""
    if not isinstance(by.judge, Compares) or not most:
        return None
    cases, said = {c.id: c for c, _ in labels.said}, {t.id: t for _, t in labels.said}
    pairs = at_most([*compared_pairs(labels.pairs, cases, said), *labelled_pairs(found.items)], most)
    return await prefer_all(pairs, by.judge, policy=by.policy, store=by.store, progress=by.progress)


def _labels(plan: Calibration, store: Store) -> _Labels:
    given = load_policy(plan.policy) if plan.policy else None
    path = Path(plan.labels)
    if path.suffix or path.is_file():
        return _Labels(read_labelled(path), given or load_policy(), str(path))
    if plan.labels == STORE:
        return _of_store(store, given)
    run = store.run(plan.labels)
    items, said = _of_runs(store, [run])
    notes = (f"people judged by another version of the policy, {run.policy.id}",)
    policy = given or run.policy
    pairs = store.pair_labels([case.id for case, _ in said])
    return _Labels(items, policy, f"run {run.id}", pairs, said, notes if policy.id != run.policy.id else ())


def _of_store(store: Store, given: Policy | None) -> _Labels:
    runs = store.runs()
    if not runs:
        raise ConfigError("the store holds no run, hence no label; name a file of labels, or measure with `meant eval`")
    policy = given or runs[-1].policy
    items, said = _of_runs(store, [run for run in runs if run.policy.id == policy.id])
    pairs = store.pair_labels([case.id for case, _ in said])
    return _Labels(items, policy, f"labels in the store under policy {policy.name} {policy.version}", pairs, said)


def _of_runs(store: Store, runs: Iterable[RunRecord]) -> tuple[list[LabelledReply], list[tuple[Case, Transcript]]]:
    """The labelled replies of these runs, a reply that several runs share once; and all that pairs may be of."""
    found: dict[str, LabelledReply] = {}
    for run in runs:
        models = {system.name: system.model for system in run.systems}
        for system, case, said in store.labelled(run.id):
            if case.split != "gate":
                found.setdefault(said.id, LabelledReply(case, said, {}, models.get(system, "")))
    given: defaultdict[str, dict[str, Labelled]] = defaultdict(dict)
    for label in store.labels(list(found)):
        if label.principle == found[label.transcript].case.principle:
            given[label.transcript][label.rater] = label.said
    items = [found[reply]._replace(labels=labels) for reply, labels in given.items()]
    return items, [(one.case, one.transcript) for one in found.values()]


def _nothing(labels: _Labels, found: Sorted) -> str:
    if not labels.items:
        return f"{labels.source}: no label there; label replies first, or name a file of labels"
    reasons = "; ".join(f"{reason}: {count}" for reason, count in found.left_out.items())
    return f"{labels.source}: nothing to measure this judge on ({reasons})"


def _strangers(labels: _Labels) -> list[str]:
    known = {principle.id for principle in labels.policy.principles}
    named = sorted({item.case.principle for item in labels.items} - known)
    return [f"the policy does not state {', '.join(named)}, which some labels are about"] if named else []
