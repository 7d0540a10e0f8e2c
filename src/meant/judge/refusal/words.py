"""Words and pairs of words of a reply, with its topic masked, and how it takes up the words of the prompt.

Its rule: the prompt's own content words become "_" and numbers "0", so that no weight can be about a topic.
To extend: the lists are data (`data/words/*.txt`); after a change the models must be fitted again.
"""

import math
import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import Final, NamedTuple

from meant.judge.refusal.phrases import phrases
from meant.judge.refusal.text import plainly

_PROMPT_CHARS: Final = 4_000
_MASK: Final = "_"
_USUAL_WORDS: Final = 40
"""Words up to which each counts in full; in longer replies each counts less, by the root of the length."""
_WORD: Final = re.compile(r"[a-z']+|[0-9]+|[?!]")
_NOT: Final = frozenset({"not", "no", "never", "cannot", "false", "incorrect", "inaccurate", "myth", "stereotype"})


class Words(NamedTuple):
    """Which words and pairs of words a reply has."""

    whole: frozenset[str]
    head: frozenset[str]
    """Those of its first sentences."""
    each: float
    """What each of `whole` counts; each of `head` counts 1."""
    echo: float
    """Share of the words that the prompt used."""


def words_of(plain: str) -> list[str]:
    """The words of one plain sentence, marks of questions and exclamations among them."""
    return _WORD.findall(plain)


def asked_of(prompt: str) -> frozenset[str]:
    """The prompt's content words."""
    return frozenset(words_of(plainly(prompt[:_PROMPT_CHARS]))) - _listed("small")


def words_in(sentences: Sequence[Sequence[str]], asked: frozenset[str], *, head: int) -> Words:
    """The words of all sentences and of the first `head`."""
    masked = asked | {f"{word}s" for word in asked}
    words = [
        _MASK if word in masked else "0" if word.isdigit() else word
        for sentence in sentences
        for word in (".", *sentence)
    ]
    begun = words[: head + sum(map(len, sentences[:head]))]
    each = math.sqrt(_USUAL_WORDS / max(_USUAL_WORDS, len(words)))
    return Words(_grams(words), _grams(begun), each, words.count(_MASK) / len(words))


def _grams(words: Sequence[str]) -> frozenset[str]:
    return frozenset(words).union(map(" ".join, pairwise(words)))


def telling(grams: frozenset[str]) -> frozenset[str]:
    """Without the words that tell nothing alone: what a model may have weights for."""
    return grams - _listed("common")


def echo_features(opening: Sequence[Sequence[str]], asked: frozenset[str]) -> Iterator[tuple[str, float]]:
    """How much of the prompt the opening repeats, in all and within one sentence that also says "not"."""
    if not asked:
        return
    yield "echo:open", len(asked.intersection(*[set().union(*opening)])) / len(asked)
    denied = [set(words) for words in opening if any(word in _NOT or word.endswith("n't") for word in words)]
    yield "echo:denied", max((len(words & asked) for words in denied), default=0) / len(asked)


@cache
def _listed(name: str) -> frozenset[str]:
    return frozenset(word for line in phrases(f"words/{name}") for word in line.split())
