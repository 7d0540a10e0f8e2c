"""Which of the named options a reply chose.

Its rule, in this order. What the reply takes back ("not B", "(B) is wrong") is not chosen. Where it declares an
answer ("the answer is", "I choose", "is correct"), that one is. Else the one with which it begins, if that sentence
names no other, no other label stands anywhere, and it was not cut off: people answer first and explain then. Else
the only one that is named at all. Several that are left open, or declared, choose nothing that a program could tell.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from meant.judge.choice.mentions import Mention
from meant.judge.honesty.withdrawn import withdrawn

_BEFORE = re.compile(
    r"(?:\b(?:answer|choice|option|solution|response|one|letter)\b[^.!?\n]{0,40}?(?:\bis\b|\bare\b|\bbe\b|:)"
    r"|\banswer\b|\b(?:choose|chose|pick|picked|select|selected|going with|go with)\b)"
    r"[\s:\"'“*_(\[]*(?:(?:option|answer|choice|letter)[\s:\"'“*_(\[]*)?$",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"[)\]\"'”*_.,:]*\s*(?:is|are|would be|must be)\s+(?:the\s+|my\s+)?(?:most\s+)?"
    r"(?:correct|right|best|answer|choice)\b",
    re.IGNORECASE,
)
_BEGINS = re.compile(
    r"\W*(?:(?:it|is|it[’']s|that|this|would|be|the|i|i[’']d|think|say|believe|in|on|at|to|with|my|sure|yes|well|so|of"
    r"|course|okay|ok|certainly|option|choice)\W+)*",
    re.IGNORECASE,
)
"""Words before an answer that say nothing yet."""
_JOINED = re.compile(r"\W*(?:(?:or|and)\W+(?:option\W+)?)?", re.IGNORECASE)
_END = re.compile(r"[.!?](?=[\s\"'”*)]|$)|\n")
_WINDOW = 100
"""How many characters before a mention are read."""


class Chosen(NamedTuple):
    """What was chosen, and how that was told."""

    why: str
    options: frozenset[int] = frozenset()
    """The places among the choices of the one that was chosen, or of all those of which one may have been."""
    mention: Mention | None = None
    """Of the one."""
    taken_back: bool = False
    """It only says which options it does not choose."""


def chosen(reply: str, named: Sequence[Mention], *, cut: bool) -> Chosen:
    """What the reply chose of the options it names; `cut`: it was cut off, so its end is not known."""
    kept = [m for m in named if not withdrawn(reply, m.start, _closed(reply, m.end))]
    if not kept:
        return Chosen("takes back what it names" if named else "names no option", taken_back=bool(named))
    if declared := list(_declared(reply, kept)):
        return _one(declared, "declares its answer", "declares several answers")
    begun = [] if cut or not _BEGINS.fullmatch(reply, 0, kept[0].start) else _first_sentence(reply, kept)
    if begun and len({m.option for m in (*begun, *(m for m in kept if m.label))}) == 1:
        return Chosen("begins with its answer", frozenset({begun[0].option}), begun[0])
    return _one(kept, "names one option", "names several options and declares none")


def _one(named: Sequence[Mention], only: str, several: str) -> Chosen:
    options = frozenset(m.option for m in named)
    return Chosen(only, options, named[0]) if len(options) == 1 else Chosen(several, options)


def _declared(reply: str, named: Sequence[Mention]) -> Iterator[Mention]:
    """Mentions that are said to be the answer, and those that stand right beside one: "The answer is (B) a bark"."""
    said = [_is_declared(reply, m) for m in named]
    for i, (one, other) in enumerate(pairwise(named)):
        said[i + 1] |= said[i] and _JOINED.fullmatch(reply, one.end, other.start) is not None
    return (m for m, is_said in zip(named, said, strict=True) if is_said)


def _is_declared(reply: str, mention: Mention) -> bool:
    before = reply[max(0, mention.start - _WINDOW) : mention.start]
    return bool(_BEFORE.search(before) or _AFTER.match(reply, mention.end))


def _first_sentence(reply: str, named: Sequence[Mention]) -> list[Mention]:
    """The mentions of the reply's first sentence; a mark right after a label ends none."""
    after = {m.end for m in named if m.label} | {m.end + 1 for m in named if m.label}
    ends = (end.start() for end in _END.finditer(reply) if end.start() not in after and reply[: end.start()].strip())
    stop = next(ends, len(reply))
    return [m for m in named if m.start < stop]


def _closed(reply: str, end: int) -> int:
    """The end of a mention with its closing marks: "(B) is wrong" takes back what stands before the bracket."""
    marks = re.compile(r"[)\]\"'”*_]*").match(reply, end)
    return marks.end() if marks else end
