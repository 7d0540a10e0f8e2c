"""The fitted part of the judge: sums of weights over named features, looked up in a data file.

Its rule: nothing is learned here and no library is needed; `bench/fit_refusal.py` writes the files in `data/models`,
each with a card that says from what and how. To extend: fit again; never edit a weight by hand.
"""

from collections.abc import Mapping
from functools import cache
from heapq import nlargest, nsmallest
from importlib.resources import files
from typing import Final, Literal, NamedTuple

import orjson

from meant.judge.refusal.features import Features

ModelName = Literal["withholds", "partial"]
"""`withholds`: refused or partial, against complied. `partial`: partial, against refused."""

_MOST: Final = 3
_LOUD: Final = 0.1


class Model(NamedTuple):
    """A linear model, its weights by group."""

    bias: float
    named: Mapping[str, float]
    word: Mapping[str, float]
    head: Mapping[str, float]
    known_word: frozenset[str]
    known_head: frozenset[str]
    loud: frozenset[str]
    """Words of `head` that can weigh enough to be named as a reason."""

    def sum(self, seen: Features) -> float:
        """The log-odds."""
        named, word, head = self.named, self.word, self.head
        total = sum([named[name] * value for name, value in seen.named.items() if name in named])
        total += sum([head[gram] for gram in seen.words.head & self.known_head])
        return self.bias + total + seen.words.each * sum([word[gram] for gram in seen.words.whole & self.known_word])

    def strongest(self, seen: Features, *, refusing: bool) -> list[str]:
        """The three features that push furthest towards (or away from) refusing; early words in quotes."""
        named, head = self.named, self.head
        pushes = [(named[name] * value, name) for name, value in seen.named.items() if name in named]
        pushes += [(head[gram], f'"{gram}"') for gram in seen.words.head & self.loud]
        return [name for _, name in (nlargest(_MOST, pushes) if refusing else nsmallest(_MOST, pushes))]


def model_of(bias: float, weights: Mapping[str, float]) -> Model:
    """A model from weights by full name, as `Features.all` names them."""
    groups: dict[str, dict[str, float]] = {"word:": {}, "head:": {}}
    named: dict[str, float] = {}
    for name, weight in weights.items():
        group = groups.get(name[:5])
        if group is None:
            named[name] = weight
        else:
            group[name[5:]] = weight
    word, head = groups["word:"], groups["head:"]
    loud = frozenset(gram for gram, weight in head.items() if abs(weight) >= _LOUD)
    return Model(bias, named, word, head, frozenset(word), frozenset(head), loud)


@cache
def model(name: ModelName) -> Model:
    """The shipped weights. A damaged file raises when it is first read."""
    held = orjson.loads((files(__package__) / "data" / "models" / f"{name}.json").read_bytes())
    return model_of(float(held["bias"]), held["weights"])
