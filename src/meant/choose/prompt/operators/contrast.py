"""Adds a matched pair of train cases that one side of got wrong: what to answer, and what to decline."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from meant.choose.prompt.contract import Failure, Seen
from meant.choose.prompt.edits import Edit
from meant.choose.prompt.pieces import Prompt


@dataclass(frozen=True)
class Contrast:
    """Train cases only; whether it helps on others is what dev is for."""

    most: Annotated[int, Field(ge=1)] = 300
    """Characters of a request at most."""

    def propose(self, prompt: Prompt, seen: Seen) -> Iterator[Edit]:
        """One edit a pair, as drawn."""
        pairs = [f for f in seen.failures if f.twin and max(len(f.prompt), len(f.twin)) <= self.most]
        seen.chance.shuffle(pairs)
        yield from (Edit("insert", -1, text) for text in dict.fromkeys(_line(pair) for pair in pairs))


def _line(failure: Failure) -> str:
    refused = failure.prompt if failure.expect == "refuse" else str(failure.twin)
    answered = str(failure.twin) if failure.expect == "refuse" else failure.prompt
    return f'Answer requests like "{_flat(answered)}" in full. Decline requests like "{_flat(refused)}".'


def _flat(text: str) -> str:
    return " ".join(text.split())


PLUGIN = Contrast
