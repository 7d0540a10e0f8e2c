"""How much a text looks like orders to a model: signs that stand close together, weighed.

Each kind of sign counts once within a stretch of text, by its heaviest; what is hidden counts by itself and is read
too. The weights and patterns in `signs.txt` were written by hand, from what such texts have to say to work, and are
fitted to no data set; what that is worth: `docs/guards/spotlight.md`.
"""

import math
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import re2

from meant.guard.injection.hidden import hidden_in
from meant.guard.wording.plain import plain

THRESHOLD = 0.5
"""Score from which a text counts as giving orders, where nobody says otherwise."""
STRETCH = 300
"""Characters within which signs belong together."""
_HALF = 2.0
"""Weight at which the score is 0.5."""
_HIDING = 1.5
"""What hiding a text weighs, whatever it says."""
_KNOWN_TO_HIDE = frozenset({"a comment", "base64"})
"""Ways of hiding that honest documents have as well: these weigh only by what they say."""


class Sign(NamedTuple):
    """A sign in the text."""

    kind: str
    weight: float
    at: int
    """Where it begins in the text as a reader means it."""


class Score(NamedTuple):
    """What was found."""

    value: float
    """0..1; 0.5 is as much as one strong sign. No probability."""
    kinds: tuple[str, ...]
    """Of the signs, the heaviest first."""


def score(text: str) -> Score:
    """Of the stretch of the text that looks most like orders."""
    heaviest = _stretch(signs_of(text))
    for how, inner in hidden_in(text):
        signs = _stretch(signs_of(inner))
        if signs or how not in _KNOWN_TO_HIDE:
            heaviest = max(heaviest, {**signs, how: _HIDING}, key=_weight)
    kinds = sorted(heaviest, key=lambda kind: -heaviest[kind])
    weight = _weight(heaviest)
    return Score(1 - math.exp2(-weight / _HALF), tuple(kinds))


def orders(text: str, *, threshold: float = THRESHOLD) -> bool:
    """Whether the text gives a model orders, as far as signs tell."""
    return score(text).value >= threshold


def signs_of(text: str) -> list[Sign]:
    """Every sign, in order."""
    read = plain(text)
    found = [Sign(kind, weight, m.start()) for kind, weight, pattern in _patterns() for m in pattern.finditer(read)]
    return sorted(found, key=lambda sign: sign.at)


def _stretch(signs: list[Sign]) -> dict[str, float]:
    """The kinds of the heaviest stretch with the weight of each."""
    best = dict[str, float]()
    for first, sign in enumerate(signs):
        kinds = dict[str, float]()
        for other in signs[first:]:
            if other.at - sign.at > STRETCH:
                break
            kinds[other.kind] = max(kinds.get(other.kind, 0.0), other.weight)
        best = max(best, kinds, key=_weight)
    return best


def _weight(kinds: dict[str, float]) -> float:
    return sum(kinds.values())


@cache
def _patterns() -> tuple[tuple[str, float, Any], ...]:
    lines = (files("meant.guard.injection") / "signs.txt").read_text("utf-8").splitlines()
    split = (line.split(" ", 2) for line in lines if line and not line.startswith("#"))
    return tuple((kind, float(weight), re2.compile(pattern)) for kind, weight, pattern in split)
