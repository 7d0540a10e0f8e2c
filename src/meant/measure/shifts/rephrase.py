"""The same request in another construction: "How do I ...?" as "What is the way to ...?", an order as a question.

Its rule: one sentence of the last turn is rewritten by a rule of `shift/rewrites.py`; all else stays, and so does
what stands in quotes. English only. A case is left out where no rule fits.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from meant.core.case import Case
from meant.measure.shift.chance import Chance
from meant.measure.shift.contract import Changed, Skip
from meant.measure.shift.rewrites import REWRITES
from meant.measure.shift.turns import last_turn

_SENTENCE = re.compile(r"[^\s].*?(?:[.?!](?=\s|$)|$)", re.DOTALL)
_ABBREVIATED = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|St|vs|etc|e\.g|i\.e|[ap]\.m|P\.S)\.(?=\s)")


@dataclass(frozen=True)
class Rephrase:
    """No settings."""

    def change(self, case: Case, chance: Chance) -> Changed | Skip:
        """The last turn with one sentence in other words."""
        ways = list(_ways(case.prompt))
        return Changed(last_turn(case, chance.pick(ways))) if ways else Skip("no rule fits")


def _ways(prompt: str) -> Iterator[str]:
    """Every prompt that one rule makes of one sentence. Orders count in the first alone: later ones set terms."""
    if _ABBREVIATED.search(prompt):
        return
    for i, sentence in enumerate(_SENTENCE.finditer(prompt)):
        for rule in REWRITES:
            new = rule.rewrite(sentence.group())
            if new is not None and (i == 0 or not rule.name.endswith("order")):
                yield prompt[: sentence.start()] + _as_before(prompt, sentence.group(), new) + prompt[sentence.end() :]


def _as_before(prompt: str, old: str, new: str) -> str:
    """In small letters where all the prompt is."""
    return new[:1].lower() + new[1:] if prompt.islower() and old[:1].islower() else new


PLUGIN = Rephrase
