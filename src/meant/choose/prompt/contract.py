"""What an operator is: it proposes edits of a prompt, and asks nobody.

Its rule: the rules that the policy puts into the prompt are touched only where `seen.rules` allows it, its red lines
never. What an operator writes into a prompt is its own list's, the policy's, or a train case's; never a dev or gate
case's. To add one: a module in `operators/` that ends in `PLUGIN = TheClass`.
"""

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.resources import files
from typing import NamedTuple, Protocol

from meant.choose.prompt.edits import Edit
from meant.choose.prompt.pieces import FRAME, Piece, Prompt
from meant.core.case import Expect
from meant.core.policy import Policy
from meant.plugins import Kind


class Failure(NamedTuple):
    """A train case that the prompt got wrong."""

    prompt: str
    expect: Expect
    principle: str
    reply: str
    """What the system said."""
    twin: str | None = None
    """The request on the other side of the line, where the family is a matched pair."""


class Seen(NamedTuple):
    """What an operator may look at."""

    policy: Policy
    failures: Sequence[Failure]
    chance: random.Random
    rules: bool
    """Whether the policy's rules in the prompt may be changed too."""
    made: Sequence[Edit] = ()
    """Edits that were made when it failed."""

    def open(self, prompt: Prompt) -> Iterator[tuple[int, Piece]]:
        """The pieces that may be changed, with their places."""
        lines = {line.id for line in self.policy.red_lines} | {FRAME}
        for at, piece in enumerate(prompt.pieces):
            if piece.kind in ("sentence", "item") and (piece.rule is None or (self.rules and piece.rule not in lines)):
                yield at, piece

    def failing(self) -> Mapping[str, int]:
        """Failures by principle, the most first."""
        counts = {p: sum(f.principle == p for f in self.failures) for p in {f.principle for f in self.failures}}
        return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


class Operator(Protocol):
    """Proposes edits."""

    def propose(self, prompt: Prompt, seen: Seen) -> Iterable[Edit]:
        """Edits, the most promising first; the same for the same draws. `by` is filled in by the caller."""
        ...


OPERATORS: Kind[Operator] = Kind(name="prompt_operator", folder="meant.choose.prompt.operators", method="propose")


def proposed(prompt: Prompt, seen: Seen, *, operators: Sequence[str], each: int) -> list[Edit]:
    """What these operators propose, at most `each` of one. Raises PluginError for an unknown one."""
    found = list[Edit]()
    for name in operators:
        edits = list(OPERATORS.build({"use": name}).propose(prompt, seen))
        found += [edit._replace(by=name) for edit in edits[:each]]
    return found


def lines_of(name: str) -> list[str]:
    """The lines of a list beside this file, without comments."""
    text = (files("meant.choose.prompt") / "lists" / f"{name}.txt").read_text("utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
