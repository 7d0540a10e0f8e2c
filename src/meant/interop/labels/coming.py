"""Answers of a labelling tool into the store: everything or nothing, and the same file twice adds nothing."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, TypeVar

from meant.core.errors import Fault, FileFaults
from meant.core.label import Label, PairLabel
from meant.core.preference import Preferred as Choice
from meant.files.positions import whole_file
from meant.interop.labels.checking import Checking
from meant.interop.labels.contract import Answered, Preferred
from meant.interop.labels.tools import tool
from meant.store.sqlite import Store

T = TypeVar("T", Label, PairLabel)
_NO_TIME = datetime(1, 1, 1, tzinfo=UTC)
"""Stands for the time of an answer that has none, until it is recorded."""


class Came(NamedTuple):
    """What was added."""

    labels: int
    pairs: int
    known: int
    """Answers that the store held already."""
    raters: tuple[str, ...]


def import_labels(file: Path, form: str, *, store: Store, run: str | None = None) -> Came:
    """Read a tool's file. Raises FileFaults with everything that is wrong with it; nothing is then added.

    `run` (as for `Store.run`) is what the answers are about; None: the run that each task names.
    """
    checking = Checking(file, store, None if run is None else store.run(run).id)
    faults: list[Fault] = []
    rows = list(tool(form).rows(file, faults))
    said = [_label(answer) for row in rows if (answer := checking.answer(row, faults))]
    if faults:
        raise FileFaults(sorted(faults, key=lambda fault: fault.line))
    if not said:
        raise FileFaults([whole_file(file, "no answer in it", "label some of its tasks first")])
    labels = _fresh(
        [s for s in said if isinstance(s, Label)],
        store.label_history([s.transcript for s in said if isinstance(s, Label)]),
    )
    pairs = _fresh(
        [s for s in said if isinstance(s, PairLabel)],
        store.pair_label_history([s.case for s in said if isinstance(s, PairLabel)]),
    )
    with store.at_once():
        store.add_labels(labels)
        store.add_pair_labels(pairs)
    known = len(said) - len(labels) - len(pairs)
    return Came(len(labels), len(pairs), known, tuple(sorted({one.rater for one in said})))


def _fresh(said: Sequence[T], known: Sequence[T]) -> list[T]:
    """What is not there yet, each once. Without a time of its own, an answer is known by what it says."""
    seen = {_content(one, timed=timed) for one in known for timed in (True, False)}
    fresh: list[T] = []
    for one in said:
        content = _content(one, timed=one.at != _NO_TIME)
        if content not in seen:
            seen.add(content)
            fresh.append(one if one.at != _NO_TIME else one.model_copy(update={"at": datetime.now(UTC)}))
    return fresh


def _content(one: Label | PairLabel, *, timed: bool) -> str:
    return one.model_dump_json(exclude=None if timed else {"at"})


def _label(told: Answered | Preferred) -> Label | PairLabel:
    at = told.at.astimezone(UTC) if told.at else _NO_TIME
    if isinstance(told, Answered):
        return Label(
            transcript=told.meant.transcript,
            principle=told.meant.principle,
            rater=told.rater,
            said=told.said,
            at=at,
            behaviour=told.behaviour,
            seconds=told.seconds,
            why=told.why,
            drawn=told.meant.frame,
        )
    key = told.meant
    other: Choice = "second" if key.shown == "first" else "first"
    chosen: dict[str, Choice] = {"A": key.shown, "B": other, "tie": "tie", "unsure": "unsure"}
    return PairLabel(
        case=key.case,
        first=key.first,
        second=key.second,
        rater=told.rater,
        preferred=chosen[told.preferred],
        at=at,
        shown=key.shown,
        seconds=told.seconds,
        why=told.why,
    )
