"""The fitted part of the judge: sums of weights over named features, looked up in a data file.

Its rule: nothing is learned here and no library is needed; `bench/fit_refusal.py` writes the files in `data/models`,
each with a card that says from what and how. To extend: fit again; never edit a weight by hand.
"""

from collections.abc import Mapping
from functools import cache
from heapq import nlargest
from importlib.resources import files
from typing import Literal, NamedTuple

import orjson

from meant.judge.refusal.features import Features

ModelName = Literal["withholds", "partial"]
"""`withholds`: refused or partial, against complied. `partial`: partial, against refused."""


class Model(NamedTuple):
    """A linear model, its weights by group."""

    bias: float
    named: Mapping[str, float]
    word: Mapping[str, float]
    head: Mapping[str, float]
    known: tuple[frozenset[str], frozenset[str]]
    """The keys of `word` and of `head`."""

    def sum(self, seen: Features) -> float:
        """The log-odds; what has no weight counts nothing."""
        weigh, word, head = self.named.get, self.word, self.head
        total = sum([weigh(name, 0.0) * value for name, value in seen.named.items()])
        total += seen.words.each * sum([word[gram] for gram in seen.words.grams & self.known[0]])
        total += seen.head.each * sum([head[gram] for gram in seen.head.grams & self.known[1]])
        return self.bias + total

    def strongest(self, seen: Features, *, sign: int, most: int = 3) -> list[str]:
        """What pushes furthest in the direction of `sign` (1 or -1), words in quotes."""
        weigh, word, head = self.named.get, self.word, self.head
        pushes = [(sign * weigh(name, 0.0) * value, name) for name, value in seen.named.items()]
        pushes += [(sign * word[gram] * seen.words.each, f'"{gram}"') for gram in seen.words.grams & self.known[0]]
        pushes += [(sign * head[gram] * seen.head.each, f'early "{gram}"') for gram in seen.head.grams & self.known[1]]
        return [name for push, name in nlargest(most, pushes) if push > 0]


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
    return Model(bias, named, word, head, (frozenset(word), frozenset(head)))


@cache
def model(name: ModelName) -> Model:
    """The shipped weights. A damaged file raises when it is first read."""
    held = orjson.loads((files(__package__) / "data" / "models" / f"{name}.json").read_bytes())
    return model_of(float(held["bias"]), held["weights"])
