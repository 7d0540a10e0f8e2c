"""Slips of the fingers: a neighbouring key, two letters swapped, one left out.

Its rule: a slip never makes another word, and never meets what must be read letter by letter. Only words of at least
five small letters are touched (six, to leave one out), not their first and last letter, and not what the case's
checks or accepted answers speak of. Results that are words of English are ruled out by a list (`data/shifts/typos.yaml`
says where from).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Annotated

from pydantic import Field

from meant.core.case import Case
from meant.core.span import Span
from meant.measure.shift.chance import Chance
from meant.measure.shift.contract import Changed, Skip
from meant.measure.shift.keyboard import drops, slips, swaps
from meant.measure.shift.spans import kept, mentioned, outside
from meant.measure.shift.texts import lines
from meant.measure.shift.turns import every_user_turn

SHORTEST = 5
"""Letters of a word that may have a slip."""
_WORD = re.compile(rf"(?<![\w'’-])[a-z]{{{SHORTEST},}}(?![\w'’-])")


@dataclass(frozen=True)
class Typos:
    """How many."""

    rate: Annotated[float, Field(gt=0, le=1)] = 0.08
    """Words with a slip, as a share of all words of a turn; at least one where a word can have one. People leave
    1.17 % of keystrokes wrong (Dhakal et al. 2018, "Observations on typing from 136 million keystrokes"),
    which is about every twelfth word."""

    def change(self, case: Case, chance: Chance) -> Changed | Skip:
        """The user's turns with slips in them."""
        turns = every_user_turn(case, lambda text: self._typed(case, text, chance))
        return Skip("no word may have a typo") if turns[-1] == case.turns[-1] else Changed(turns)

    def _typed(self, case: Case, text: str, chance: Chance) -> str:
        may = [(place, ways) for place in _places(case, text) if (ways := _ways(text[place.start : place.end]))]
        wanted = max(1, round(self.rate * len(text.split())))
        for place, ways in sorted(chance.some(may, wanted), reverse=True):
            typed = chance.pick(ways[chance.pick(sorted(ways))])
            text = text[: place.start] + typed + text[place.end :]
        return text


def _places(case: Case, text: str) -> Iterator[Span]:
    spoken_of = mentioned(case)
    for free in outside(text, kept(case, text)):
        for word in _WORD.finditer(text, free.start, free.end):
            if word.group() not in spoken_of:
                yield Span(*word.span())


def _ways(word: str) -> Mapping[str, list[str]]:
    """By kind of slip, what the word can become without becoming another."""
    made = {"slip": slips(word), "swap": swaps(word), "drop": drops(word) if len(word) > SHORTEST else []}
    fine = {kind: [w for w in results if w not in _words()] for kind, results in made.items()}
    return {kind: results for kind, results in fine.items() if results}


@cache
def _words() -> frozenset[str]:
    return frozenset(chain.from_iterable(line.split() for line in lines("typos")))


PLUGIN = Typos
