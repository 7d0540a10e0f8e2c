"""A long text before the request that has nothing to do with it.

Its rule: the request stands at the end unchanged, after a line that says so. The texts (`data/shifts/long_context/`)
tell of neutral things and ask for nothing. A text that holds an accepted answer is not taken, and a case is left out
where it speaks of another text or of something above itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import Field

from meant.core.case import Case
from meant.judge.checks.phrases import holds_phrase
from meant.measure.shift.chance import Chance
from meant.measure.shift.contract import Changed, Skip
from meant.measure.shift.texts import texts
from meant.measure.shift.turns import last_turn, points_back

_LEAD: Final = "The text above has nothing to do with what I want, which is this:"


@dataclass(frozen=True)
class LongContext:
    """How long."""

    words: Annotated[int, Field(ge=1, le=1000)] = 300
    """About so many before the request: whole paragraphs, until there are as many."""

    def change(self, case: Case, chance: Chance) -> Changed | Skip:
        """The last turn after paragraphs of a text, and of others where one is too short."""
        if points_back(case.prompt):
            return Skip("it points to another text or to something said before")
        answers = [*case.choices, *(case.answer.accept if case.answer else ())]
        fit = [text for text in texts("long_context") if not any(holds_phrase(text, answer) for answer in answers)]
        if not fit:
            return Skip("every text answers it")
        before = "\n\n".join(self._paragraphs(chance.some(fit, len(fit))))
        return Changed(last_turn(case, f"{before}\n\n{_LEAD}\n\n{case.prompt}"))

    def _paragraphs(self, texts_in_order: Sequence[str]) -> list[str]:
        taken: list[str] = []
        for paragraph in "\n\n".join(texts_in_order).split("\n\n"):
            if sum(len(p.split()) for p in taken) >= self.words:
                break
            taken.append(paragraph)
        return taken


PLUGIN = LongContext
