"""A reply as named numbers: what the fitted models weigh (`model.py`).

Its rule: a feature comes from roles, signs, the kind of request, themes, or words that several authors use; none
can hold a topic (`words.py`). Names read as `group:what`, with `&` between two things that hold together.
To extend: add a group here, then fit again (`bench/fit_refusal.py`); a name without a weight counts nothing.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from meant.judge.refusal.ask import Ask, Kind
from meant.judge.refusal.roles import Read, Role
from meant.judge.refusal.themes import theme_features
from meant.judge.refusal.weigh import ENOUGH_WORDS, REFUSING_AT, Evidence, in_character, terms_of
from meant.judge.refusal.words import Words, asked_of, echo_features, telling, words_in, words_of

_HEAD: Final = 3
"""Sentences whose words also count by themselves: the beginning says most."""
_HEARD: Final = 8
"""Sentences whose words and themes count: the first ones and the last; a long list would only cost time."""
_OPEN: Final = 2
"""Sentences that are the opening."""
_ECHO_SCALE: Final = 5.0
"""Features of about one size are penalised alike; few words are the prompt's."""
_REFUSING: Final = frozenset[Role]({"act", "lack", "stance", "premise", "norm", "rebuttal", "redirect"})
_SAID: Final = "speech"
"""Stands for a character's words."""
_FAMILY: Final[Mapping[Kind, str]] = {
    "justify": "justify", "should": "justify", "moral": "value", "legal": "value", "how": "do", "write": "do",
    "private": "private", "fact": "fact", "define": "fact", "other": "other",
}  # fmt: skip
"""Kinds of request that answers are read alike for."""


class Features(NamedTuple):
    """What one reply is to the models."""

    named: Mapping[str, float]
    words: Words

    def all(self) -> dict[str, float]:
        """Every feature by name, words as `word:` and `head:`."""
        whole = {f"word:{gram}": self.words.each for gram in telling(self.words.whole)}
        return {**self.named, **whole, **{f"head:{gram}": 1.0 for gram in telling(self.words.head)}}


def features(reads: Sequence[Read], *, evidence: Evidence, ask: Ask, prompt: str) -> Features:
    """All features; `reads` must not be empty."""
    reads = [_as_content(read) if in_character(read, ask) else read for read in reads]
    told = [read for read in reads if read.role != "pleasantry"] or list(reads)
    named = {**_terms(evidence, ask), **dict(_roles(told, ask)), **_shape(reads, evidence)}
    heard = told if len(told) <= _HEARD else [*told[: _HEARD - 1], told[-1]]
    said = [words_of(read.sentence.plain) for read in heard]
    asked = asked_of(prompt)
    named |= theme_features(said, opening=_OPEN, family=_FAMILY[ask.kind])
    named |= _echoes(said[:_OPEN], ask, asked)
    words = words_in(said, asked, head=_HEAD)
    named["echo:share"] = _ECHO_SCALE * words.echo
    return Features({name: value for name, value in named.items() if value}, words)


def _as_content(read: Read) -> Read:
    """What a character says refuses nothing, in its words neither."""
    return Read(read.sentence._replace(plain=_SAID), frozenset(), "content")


def _terms(evidence: Evidence, ask: Ask) -> dict[str, float]:
    """The rules' own opinion, whole and in parts."""
    terms = terms_of(evidence, ask)
    opinion = max(-1.0, min(1.0, sum(terms.values()) / REFUSING_AT - 1))
    parts = {f"rule:{name}": min(value, 2 * REFUSING_AT) / REFUSING_AT for name, value in terms.items()}
    return parts | {"rule:sum": opinion, f"rule:sum&ask={_FAMILY[ask.kind]}": opinion}


def _roles(told: Sequence[Read], ask: Ask) -> Iterator[tuple[str, float]]:
    """Shares of words by role; roles and signs by place."""
    family = _FAMILY[ask.kind]
    for name, share in _shares(told).items():
        yield f"share:{name}", share
        yield f"share:{name}&ask={family}", share
        if ask.real_group:
            yield f"share:{name}&group", share
    for place, some in (("open", told[:_OPEN]), ("rest", told[_OPEN:-1]), ("last", told[max(_OPEN, len(told) - 1) :])):
        for read in some:
            yield f"{place}:{read.role}", 1.0
            yield from ((f"{place}:sign={sign}", 0.5) for sign in read.signs)
    yield f"first:{told[0].role}", 1.0
    yield f"first:{told[0].role}&ask={family}", 1.0


def _shares(told: Sequence[Read]) -> dict[str, float]:
    total = sum(read.sentence.words for read in told)
    shares: dict[str, float] = {}
    for read in told:
        name = "hushed" if read.role == "content" and read.hushed else read.role
        shares[name] = shares.get(name, 0.0) + read.sentence.words / total
    return shares


def _shape(reads: Sequence[Read], evidence: Evidence) -> dict[str, float]:
    """How long, how listed, and how much of it is answer."""
    words = sum(read.sentence.words for read in reads)
    return {
        "shape:words": math.log1p(words) / 5,
        "shape:short": float(words < 12),
        "shape:items": math.log1p(evidence.items) / 2,
        "shape:listed": float(evidence.items > 1),
        "shape:answer": math.log1p(evidence.answer) / 4,
        "shape:enough": float(evidence.answer >= ENOUGH_WORDS or evidence.items > 1),
        "shape:clean": float(all(read.role not in _REFUSING for read in reads)),
        "shape:announced": float(evidence.announced),
        "shape:asks back": float(reads[-1].sentence.plain.endswith("?")),
    }


def _echoes(opening: Sequence[Sequence[str]], ask: Ask, asked: frozenset[str]) -> Iterator[tuple[str, float]]:
    for name, share in echo_features(opening, asked):
        yield name, share
        yield f"{name}&ask={_FAMILY[ask.kind]}", share
        if ask.real_group:
            yield f"{name}&group", share
