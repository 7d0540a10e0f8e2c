"""Moves a piece: the head of a list or the end of a prompt may be heeded more than what stands between."""

from collections.abc import Iterator
from dataclasses import dataclass

from meant.choose.prompt.contract import Seen
from meant.choose.prompt.edits import Edit, apply
from meant.choose.prompt.pieces import Prompt


@dataclass(frozen=True)
class Reorder:
    """Rules of the principles that fail most first, then others as drawn."""

    def propose(self, prompt: Prompt, seen: Seen) -> Iterator[Edit]:
        """To the head of its list or paragraph, or to the end of the prompt; none that changes nothing."""
        failing = list(seen.failing())
        found = [(at, piece) for at, piece in seen.open(prompt) if not piece.text.endswith(":")]
        seen.chance.shuffle(found)
        found.sort(key=lambda pair: failing.index(pair[1].rule) if pair[1].rule in failing else len(failing))
        for at, _ in found:
            moves = [Edit("first", at), Edit("last", at)]
            yield from (move for move in moves if apply(prompt, [move]).text.split() != prompt.text.split())


PLUGIN = Reorder
