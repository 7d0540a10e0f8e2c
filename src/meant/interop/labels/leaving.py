"""Tasks for a labelling tool: drawn as in a sitting at the terminal, blind, and without any gate case."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from meant.core.case import Case
from meant.core.errors import ConfigError
from meant.core.policy import Policy
from meant.core.turn import Turn
from meant.files.atomic import check_writable, write_text
from meant.interop.labels.contract import Key, PairKey, Task
from meant.interop.labels.tools import tool
from meant.label.sitting import Item, PairItem
from meant.loop.labelling import Wish, labelling, next_items
from meant.loop.pairing import next_pairs, pair_labels, pairs
from meant.measure.report.cells import wanted
from meant.store.sqlite import Store


class Left(NamedTuple):
    """What was written."""

    file: Path
    tasks: int
    setup: str | None
    """What the tool must be told once."""


def export_tasks(wish: Wish, to: str, file: Path, *, store: Store, as_pairs: bool = False) -> Left:
    """Write tasks for replies that nobody has labelled yet. Raises ConfigError where there is nothing to write."""
    chosen = tool(to)
    if file.exists():
        raise ConfigError(f"nothing written, since {file} exists; name a new file")
    check_writable(file)
    of = labelling(wish, store)
    policy, run = of.policy, of.measured.record.id
    if as_pairs:
        every = pairs(of)
        drawn = next_pairs(every, replace(wish, overlap=0.0), pair_labels(every, store), rater="")
        tasks = [pair_task(item, run, policy) for item in drawn if item.case.split != "gate"]
    else:
        items = next_items(of, wish, rater=None, store=store)
        tasks = [task_of(item, run, policy) for item in items if item.case.split != "gate"]
    if not tasks:
        raise ConfigError(f"run {run} has nothing left to label for these figures; name another --metric or run")
    write_text(file, chosen.tasks(tasks))
    return Left(file, len(tasks), chosen.setup(pairs=as_pairs))


def task_of(item: Item, run: str, policy: Policy) -> Task:
    """One reply."""
    key = Key(run=run, transcript=item.transcript.id, principle=item.case.principle, frame=item.drawn)
    return _task(key, item.case, policy, [item.transcript.turns])


def pair_task(item: PairItem, run: str, policy: Policy) -> Task:
    """Two replies."""
    key = PairKey(run=run, case=item.case.id, first=item.first.id, second=item.second.id, shown=item.shown)
    return _task(key, item.case, policy, [one.turns for one in item.sides])


def _task(key: Key | PairKey, case: Case, policy: Policy, replies: Sequence[Sequence[Turn]]) -> Task:
    says = next((p.says.strip() for p in policy.principles if p.id == case.principle), case.principle)
    before = tuple((turn.role, _text(turn)) for turn in case.turns)
    return Task(key, says, wanted(case), before, tuple(_reply(turns[len(case.turns) :]) for turns in replies))


def _reply(turns: Sequence[Turn]) -> str:
    """The text; with tools, every turn under its role."""
    if len(turns) == 1:
        return _text(turns[0])
    return "\n\n".join(f"{turn.role}: {_text(turn)}" for turn in turns)


def _text(turn: Turn) -> str:
    return "\n".join([*([turn.text] if turn.text else []), *_calls(turn)])


def _calls(turn: Turn) -> Iterator[str]:
    for call in turn.calls:
        yield f"calls {call.tool} {call.malformed or json.dumps(dict(call.arguments), ensure_ascii=False)}"
