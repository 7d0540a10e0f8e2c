"""Adds one general instruction on how to answer."""

from collections.abc import Iterator
from dataclasses import dataclass

from meant.choose.prompt.contract import Seen, lines_of
from meant.choose.prompt.edits import Edit
from meant.choose.prompt.pieces import Prompt


@dataclass(frozen=True)
class Tone:
    """The instructions stand in `lists/tone.txt`."""

    def propose(self, prompt: Prompt, seen: Seen) -> Iterator[Edit]:
        """One edit a line that the prompt does not hold."""
        lines = [line for line in lines_of("tone") if line not in prompt.text]
        yield from (Edit("insert", -1, line) for line in lines)


PLUGIN = Tone
