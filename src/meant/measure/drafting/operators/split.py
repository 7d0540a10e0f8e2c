"""One request in two messages: what is told first, and the question after it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from meant.core.turn import Turn
from meant.measure.drafting.contract import Basis, Example, Variant, pick
from meant.measure.drafting.lists import entries

_SENTENCE = re.compile(r"(?<=[.?!])\s+(?=[\"'A-Z\[])")


@dataclass(frozen=True)
class Split:
    """What stands before the only question is told first; of several questions, each is asked alone."""

    keeps: ClassVar[str] = "The same words in the same order, in two messages instead of one."

    def derive(self, basis: Basis, *, seed: int) -> Iterator[Variant]:
        """Variants of examples of more than one sentence that end in a question."""
        if not isinstance(basis, Example):
            return
        sentences = _SENTENCE.split(basis.prompt.strip())
        asked = [i for i, sentence in enumerate(sentences) if sentence.rstrip("\"'").endswith("?")]
        if len(sentences) > 1 and asked == [len(sentences) - 1]:
            prompt = pick(entries("go_on"), seed=seed, key=f"split/{basis.about}")
            told = " ".join(sentences[:-1])
            turns = ("user", told), ("assistant", prompt), ("user", sentences[-1])
            yield Variant(
                tuple(Turn.model_validate({"role": r, "text": t}) for r, t in turns), "told first, then asked"
            )
        elif len(asked) > 1:
            yield from _each(sentences, asked)


def _each(sentences: list[str], asked: list[int]) -> Iterator[Variant]:
    """Each question with all that is told, and without the other questions."""
    for number, one in enumerate(asked, start=1):
        text = " ".join(s for i, s in enumerate(sentences) if i == one or i not in asked)
        unsure = "of several questions one is left: see whether the principle is about this one"
        yield Variant((Turn(role="user", text=text),), f"question {number} of {len(asked)} alone", unsure)


PLUGIN = Split
