"""Leaves a piece out: what does nothing costs tokens, and some sentences do harm."""

from collections.abc import Iterator
from dataclasses import dataclass

from meant.choose.prompt.contract import Seen
from meant.choose.prompt.edits import Edit
from meant.choose.prompt.pieces import Prompt


@dataclass(frozen=True)
class Drop:
    """Each piece that may be changed, the longest first."""

    def propose(self, prompt: Prompt, seen: Seen) -> Iterator[Edit]:
        """One edit a piece; none where it is the only one."""
        found = sorted(seen.open(prompt), key=lambda pair: (-len(pair[1].text), pair[0]))
        if len(prompt.pieces) > 1:
            yield from (Edit("drop", at) for at, _ in found)


PLUGIN = Drop
