"""Guards that a file can name, as a package of somebody else's would bring them."""

import importlib.metadata
from dataclasses import dataclass
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from meant import plugins
from meant.core.guard import ALLOW, Opinion, Place, Sight
from meant.core.policy import Policy
from meant.judge.contract import Given, Judge


@dataclass(frozen=True)
class Word:
    """Blocks a word; the rest of its settings are there to be handed over."""

    word: str
    policy: Policy
    file: Path | None = None

    @property
    def places(self) -> frozenset[Place]:
        return frozenset({"input", "retrieved", "output"})

    @property
    def fingerprint(self) -> str:
        return self.word

    @property
    def hold_back(self) -> int | None:
        return len(self.word)

    async def check(self, sight: Sight) -> Opinion:
        return Opinion("block", "the word") if self.word in sight.text else ALLOW


@dataclass(frozen=True)
class Asker(Word):
    """Needs a judge."""

    judge: Given[Judge] | None = None


@dataclass(frozen=True)
class Length(Word):
    """Has a score between 0 and 1, and thresholds: the longer, the worse."""

    escalate_from: float | None = None
    block_from: float | None = None

    async def check(self, sight: Sight) -> Opinion:
        return Opinion("allow", score=min(len(sight.text) / 1000, 1))


@dataclass(frozen=True)
class Broken(Word):
    """Fails."""

    async def check(self, sight: Sight) -> Opinion:
        raise RuntimeError("it never works")


PLUGGED = {"broken": Broken, "word": Word, "asker": Asker, "length": Length}


def plug(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have `use: word` and `use: asker` found."""

    class Entry(EntryPoint):
        def load(self) -> Any:
            return PLUGGED[self.name]

    installed = importlib.metadata.entry_points

    def entries(group: str, name: str | None = None) -> list[EntryPoint]:
        mine = [Entry(one, "x", "meant.guard") for one in PLUGGED if name in (None, one)]
        theirs = installed(group=group) if name is None else installed(group=group, name=name)
        return [*theirs, *(mine if group == "meant.guard" else [])]

    monkeypatch.setattr(plugins, "entry_points", entries)
