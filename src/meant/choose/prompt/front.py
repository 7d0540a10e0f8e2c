"""The Pareto archive: prompts that none other matches in every dimension and in length."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from meant.choose.front import beats


class Entry(NamedTuple):
    """A prompt, and what it did on the same cases as the others."""

    text: str
    groups: Mapping[str, float]
    """Share right by dimension."""
    tokens: int


def front(entries: Sequence[Entry]) -> list[Entry]:
    """Those that are not dominated, in the given order; of equal ones the first."""
    return [e for i, e in enumerate(entries) if not any(_dominates(o, e, j < i) for j, o in enumerate(entries))]


def _dominates(one: Entry, other: Entry, earlier: bool) -> bool:  # noqa: FBT001
    """As good everywhere, and better somewhere or there before. What only one was scored in tells nothing."""
    shared = [name for name in other.groups if name in one.groups]
    mine, theirs = ([*(e.groups[name] for name in shared), -e.tokens] for e in (one, other))
    return beats(mine, theirs) or (earlier and mine == theirs)
