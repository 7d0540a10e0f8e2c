"""What a search is given and what comes of it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from meant.choose.prompt.edits import Edit
from meant.choose.prompt.front import Entry
from meant.choose.prompt.gains import Gain
from meant.choose.prompt.items import Evaluate, Item
from meant.choose.prompt.pieces import Prompt

Propose = Callable[[Sequence[Edit], Mapping[str, float | None]], Awaitable[Sequence[Edit]]]
"""Edits of the start, given the edits that would be taken now, and what comes of them on train items, by id."""


@dataclass(frozen=True)
class Settings:
    """How to search."""

    budget: int
    """Calls in all: one is one prompt tried on one case."""
    weights: Mapping[str, float]
    """By group, relative."""
    seed: int = 0
    price: float = 0.0
    """What a token of the prompt costs, in shares right."""
    alpha: float = 0.05
    """Risk of calling a prompt better that is as good as the start on dev, and of the watch's alarm."""


class Step(NamedTuple):
    """The search after a round."""

    calls: int
    prompt: str
    """What it would take now."""
    train: Gain
    dev: Gain
    parted: float
    """How far the watch is from its alarm, as a logarithm; it rings at log(1/alpha)."""
    left: int
    """Edits still in play."""


class Change(NamedTuple):
    """An edit, and what it earned while the others were switched on and off."""

    edit: Edit
    of: str
    """The piece that it changes, as it was; empty for a new one."""
    train: Gain
    dev: Gain
    taken: bool
    """Whether it is in the prompt that was checked."""


@dataclass(frozen=True)
class Found:
    """What came of a search."""

    start: str
    better: str | None
    """None: nothing better was found."""
    why: str
    changes: tuple[Change, ...]
    """All edits that reached dev."""
    check: Gain | None
    """On dev, of what would be taken against the start; None where there was nothing to check."""
    groups: Mapping[str, Gain]
    """The same by dimension."""
    archive: tuple[Entry, ...]
    """Of the start and what was checked, those that no other matches in every dimension and in length."""
    steps: tuple[Step, ...]
    proposed: int
    calls: int
    looks: int
    """Decisions that dev was looked at for: one an edit tried there, one a check, one each look of the watch."""


@dataclass(frozen=True)
class Trial:
    """What is searched in."""

    start: Prompt
    train: Sequence[Item]
    dev: Sequence[Item]
    evaluate: Evaluate
    propose: Propose
    told: Callable[[Step], None] | None = None
    """Is told of each round."""
