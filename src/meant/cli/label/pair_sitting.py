"""One rater at the terminal, one pair of replies after another; nothing says which system is which."""

import time
from collections.abc import Callable, Mapping

from meant.cli.conversation import replied, situation
from meant.cli.desk import Desk
from meant.cli.keys import reader
from meant.core.policy import Policy
from meant.core.preference import Preferred
from meant.label.sitting import PairItem, PairSitting

KEYS: Mapping[str, str] = {
    "a": "A is better",
    "b": "B is better",
    "t": "tie",
    "u": "unsure",
    "w": "why, in a line",
    "z": "back",
    "q": "quit",
}


class Pairs:
    """One run of `meant label --pairs`."""

    def __init__(self, sitting: PairSitting, policy: Policy) -> None:
        self._sitting, self._policy = sitting, policy
        self._desk = Desk(reader(), KEYS)
        self._since, self._why = 0.0, ""

    def run(self) -> None:
        """Until all of them are labelled, or `q`."""
        acts: Mapping[str, Callable[[PairItem], None]] = {
            "a": lambda item: self._decide(item, item.shown),
            "b": lambda item: self._decide(item, "second" if item.shown == "first" else "first"),
            "t": lambda item: self._decide(item, "tie"),
            "u": lambda item: self._decide(item, "unsure"),
            "w": self._note,
            "z": self._back,
        }
        if self._desk.work(lambda: self._sitting.walk.current, self._show, acts):
            self._desk.say("these are labelled; the same command draws more")

    def _show(self, item: PairItem) -> None:
        a, b = item.sides
        lines = [
            *situation(item.case, self._policy),
            *replied(item.case, a.turns, name="A"),
            *replied(item.case, b.turns, name="B"),
        ]
        self._desk.show(self._sitting.walk.place, f"{item.case.suite}/{item.case.name}", lines)
        self._since, self._why = time.monotonic(), ""

    def _decide(self, item: PairItem, preferred: Preferred) -> None:
        self._sitting.decide(item, preferred, seconds=round(time.monotonic() - self._since, 2), why=self._why)

    def _note(self, item: PairItem) -> None:
        self._why = self._desk.ask("why")

    def _back(self, item: PairItem) -> None:
        if not self._sitting.walk.back():
            self._desk.say("this is the first one of this sitting")
