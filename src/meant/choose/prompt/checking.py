"""The last stage on dev: what would be taken against the start, each candidate on the same families.

Its rule: a candidate is better where its gain shows at alpha, shared out over the candidates, and no dimension is worse
at alpha, shared out over the dimensions. Of several that are better, the one that is worth most of the Pareto archive.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from meant.choose.prompt.edits import Edit, apply
from meant.choose.prompt.front import Entry, front
from meant.choose.prompt.gains import Gain, by_group
from meant.choose.prompt.items import Desk, Item, Job, Weighing
from meant.choose.prompt.pieces import Prompt, tokens


class Candidate(NamedTuple):
    """A prompt that was checked."""

    edits: frozenset[Edit]
    gain: Gain
    groups: Mapping[str, Gain]
    entry: Entry
    fault: str | None
    """Why it is not better."""


async def against(desk: Desk, weighing: Weighing, families: Sequence[str], new: str, old: str) -> list[float]:
    """The families' values of one prompt against another. Raises BudgetSpent."""
    items = _items(weighing, families)
    outcomes = await desk.ask([Job(new, items), Job(old, items)])
    by_id = {item.id: both for item, *both in zip(items, *outcomes, strict=True)}
    values = list[float]()
    for family in families:
        mine = weighing.families[family]
        values.append(weighing.value(mine, *zip(*(by_id[item.id] for item in mine), strict=True)))
    return values


async def check(
    desk: Desk,
    weighing: Weighing,
    start: Prompt,
    sets: Sequence[frozenset[Edit]],
    order: Sequence[str],
    *,
    alpha: float,
) -> list[Candidate]:
    """Each set of edits against the start, on as many families of `order` as the budget has room for."""
    families = _that_fit(weighing, order, (desk.budget - desk.calls) / (len(sets) + 1))
    found = list[Candidate]()
    for edits in sets:
        text = apply(start, edits).text
        values = await against(desk, weighing, families, text, start.text)
        gain = Gain(tuple(values), tuple(families), weighing.unit)
        groups = by_group(_items(weighing, families), desk.known(text), desk.known(start.text))
        fault = _fault(gain, groups, alpha / len(sets), alpha / max(1, len(groups)))
        found.append(Candidate(edits, gain, groups, entry(desk, weighing, families, text), fault))
    return found


def pick(candidates: Sequence[Candidate], start: Entry, *, price: float) -> Candidate | None:
    """The best of those that are better; None where there is none."""
    kept = {e.text for e in front([start, *(c.entry for c in candidates)])}
    better = [c for c in candidates if c.fault is None and c.entry.text in kept]
    return max(better, key=lambda c: c.gain.value - price * c.entry.tokens, default=None)


def entry(desk: Desk, weighing: Weighing, families: Sequence[str], text: str) -> Entry:
    """A prompt as the archive knows it: its shares right on these families."""
    known, by = desk.known(text), dict[str, list[float]]()
    for item in _items(weighing, families):
        value = known.get(item.id)
        if value is not None:
            by.setdefault(item.group, []).append(value)
    return Entry(text, {group: sum(values) / len(values) for group, values in by.items()}, tokens(text))


def _fault(gain: Gain, groups: Mapping[str, Gain], alpha: float, alpha_worse: float) -> str | None:
    if worse := [name for name, mine in groups.items() if mine.p_no_loss <= alpha_worse]:
        return f"on dev it is worse in {', '.join(worse)}"
    return "together, the edits did not show on dev" if gain.p_no_gain > alpha else None


def _that_fit(weighing: Weighing, order: Sequence[str], room: float) -> list[str]:
    found = list[str]()
    for family in order:
        room -= len(weighing.families[family])
        if room < 0:
            break
        found.append(family)
    return found


def _items(weighing: Weighing, families: Iterable[str]) -> tuple[Item, ...]:
    return tuple(item for family in families for item in weighing.families[family])
