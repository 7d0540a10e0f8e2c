"""The signs: what a sentence can hold that bears on refusal. The patterns are data, in `signs/*.txt`.

Its rule: one file a sign, one RE2 pattern a line, `#` begins a comment line, `{name}` is a word of `signs/words.txt`.
All patterns make one RE2 set, so a sentence costs one linear pass however many there are.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal, get_args

import re2

Sign = Literal[
    "act",
    "idiom",
    "caveat",
    "stance",
    "lack",
    "machine",
    "apology",
    "norm",
    "premise",
    "denial",
    "redirect",
    "alternative",
    "bridge",
    "comply",
    "pleasantry",
]

_SET_BYTES: Final = 64 << 20
"""Memory that RE2 may use for the states of the set; measured need on ordinary replies is far below."""


def signs_of(plain: str) -> frozenset[Sign]:
    """The signs in one plain sentence (see `text.Sentence.plain`)."""
    matcher, owners = _compiled()
    return frozenset(owners[hit] for hit in matcher.Match(plain))


@cache
def _compiled() -> tuple[Any, tuple[Sign, ...]]:
    """The set and, by pattern number, the sign that each pattern belongs to."""
    options = re2.Options()
    options.max_mem = _SET_BYTES
    matcher = re2.Set.SearchSet(options)
    owners: list[Sign] = []
    words = _words()
    for sign in get_args(Sign):
        for pattern in _lines(sign):
            matcher.Add(_spelled_out(pattern, words))
            owners.append(sign)
    matcher.Compile()
    return matcher, tuple(owners)


def _words() -> Mapping[str, str]:
    words: dict[str, str] = {}
    for line in _lines("words"):
        name, _, pattern = line.partition(" = ")
        words[name] = _spelled_out(pattern, words)
    return words


def _spelled_out(pattern: str, words: Mapping[str, str]) -> str:
    for name, meaning in words.items():
        pattern = pattern.replace(f"{{{name}}}", meaning)
    return pattern


def _lines(name: str) -> list[str]:
    text = (files(__package__) / "signs" / f"{name}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
