"""The signs: what a sentence can hold that bears on refusal. The patterns are data, in `data/signs/*.txt`.

Its rule: one file a sign, one RE2 pattern a line, `#` begins a comment line,
`{name}` is a word of `data/signs/words.txt`.
Patterns are matched as RE2 sets: a sentence costs five linear passes however many there are.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final, Literal

import re2

from meant.judge.refusal.phrases import phrases

Sign = Literal[
    "act", "alternative", "apology", "balk", "bridge", "caveat", "closing", "comply", "concession",
    "definition", "denial", "disown", "idiom", "lack", "lecture", "machine", "norm", "pleasantry", "premise",
    "rebuttal", "redirect", "stale", "stance",
]  # fmt: skip

# Patterns of one set share states, and the states of unlike patterns multiply: measured on 1,135 replies, one set of
# all costs 1,000 µs a reply, these five 190 on a first pass and 80 once the states exist.
_TOGETHER: Final[tuple[tuple[Sign, ...], ...]] = (
    ("act", "balk", "disown"),
    ("norm",),
    ("definition", "comply", "closing", "pleasantry"),
    ("redirect", "alternative", "bridge"),
    ("idiom", "caveat", "lack", "stance", "lecture", "machine", "apology", "concession", "rebuttal", "denial",
     "premise", "stale"),
)  # fmt: skip

_SET_BYTES: Final = 32 << 20
"""Memory that RE2 may use for the states of a set; beyond it RE2 forgets states and is slower, never wrong."""


def signs_of(plain: str) -> frozenset[Sign]:
    """The signs in one plain sentence (see `text.Sentence.plain`)."""
    text = plain.encode()
    return frozenset(owners[hit] for matcher, owners in _compiled() for hit in matcher.Match(text) or ())


@cache
def _compiled() -> tuple[tuple[Any, tuple[Sign, ...]], ...]:
    words = _words()
    return tuple(_set_of(group, words) for group in _TOGETHER)


def _set_of(group: tuple[Sign, ...], words: Mapping[str, str]) -> tuple[Any, tuple[Sign, ...]]:
    """One RE2 set and, by pattern number, the sign that each pattern belongs to."""
    options = re2.Options()
    options.max_mem = _SET_BYTES
    matcher = re2.Set.SearchSet(options)
    owners: list[Sign] = []
    for sign in group:
        for pattern in phrases(f"signs/{sign}"):
            matcher.Add(_spelled_out(pattern, words))
            owners.append(sign)
    matcher.Compile()
    return matcher, tuple(owners)


def _words() -> Mapping[str, str]:
    words: dict[str, str] = {}
    for line in phrases("signs/words"):
        name, _, pattern = line.partition(" = ")
        words[name] = _spelled_out(pattern, words)
    return words


def _spelled_out(pattern: str, words: Mapping[str, str]) -> str:
    for name, meaning in words.items():
        pattern = pattern.replace(f"{{{name}}}", meaning)
    return pattern
