"""People's labels from where they are kept: all of the store, one run, or a file; and by which policy they are.

Its rule: labels of gate cases are not read. The policy is the one that the user names; or else a run's own, of the
store the newest run's, of a file the built-in one. Of the store, replies of runs under that policy alone are read.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from meant.core.case import Case
from meant.core.errors import ConfigError
from meant.core.label import Labelled, PairLabel
from meant.core.labelled import LabelledReply
from meant.core.policy import Policy
from meant.core.record import RunRecord
from meant.core.transcript import Transcript
from meant.files.labelled import read_labelled
from meant.files.policy import load_policy
from meant.store.sqlite import Store

STORE = "store"


class Labels(NamedTuple):
    """People's labels, and by which policy they are."""

    items: Sequence[LabelledReply]
    policy: Policy
    source: str
    pairs: Sequence[PairLabel] = ()
    said: Sequence[tuple[Case, Transcript]] = ()
    """The replies that pairs are of."""
    notes: tuple[str, ...] = ()


def labels_of(spec: str, *, policy: str | None, store: Store) -> Labels:
    """What `spec` names: `store`, a run's id or its beginning, or a file. Without a policy: see the module.

    Raises ConfigError for a run or a policy that is not there, FileFaults with all that is wrong with a file.
    """
    given = load_policy(policy) if policy else None
    path = Path(spec)
    if path.suffix or path.is_file():
        return Labels(read_labelled(path), given or load_policy(), str(path))
    if spec == STORE:
        return _of_store(store, given)
    run = store.run(spec)
    items, said = _of_runs(store, [run])
    notes = (f"people judged by another version of the policy, {run.policy.id}",)
    meant = given or run.policy
    pairs = store.pair_labels([case.id for case, _ in said])
    return Labels(items, meant, f"run {run.id}", pairs, said, notes if meant.id != run.policy.id else ())


def _of_store(store: Store, given: Policy | None) -> Labels:
    runs = store.runs()
    if not runs:
        raise ConfigError("the store holds no run, hence no label; name a file of labels, or measure with `meant eval`")
    policy = given or runs[-1].policy
    items, said = _of_runs(store, [run for run in runs if run.policy.id == policy.id])
    pairs = store.pair_labels([case.id for case, _ in said])
    return Labels(items, policy, f"labels in the store under policy {policy.name} {policy.version}", pairs, said)


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
