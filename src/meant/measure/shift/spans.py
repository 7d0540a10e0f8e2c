"""What in a prompt must stay as it is, letter by letter: material to be worked on, code, numbers, units.

Its rule: rather too much than too little. What a check or an accepted answer mentions is found in the case, the rest
by its shape. A span that is not found here is words of the request, and may be written otherwise.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from meant.core.case import Case
from meant.core.span import Span

_QUOTED = re.compile(
    r"```.*?```|`[^`\n]+`|\"[^\"]+\"|“[^”]+”|«[^»]+»|(?<![\w'])'[^'\n]+'(?![\w'])|‘[^’\n]+’(?!\w)", re.DOTALL
)
_BRACKETED = re.compile(r"\[[^\]]*\]|\{[^}]*\}|<[^<>\s][^<>]*>")
_TOKEN = re.compile(r"\S+")
_CODED = re.compile(r"[\d@/\\_#=<>{}|~^$%&*+]|[^\W\d_]\.\w|[a-z][A-Z]")
_UNIT = re.compile(r"\d[\d.,]*\s+[A-Za-z]{1,3}\b")
_MATERIAL = re.compile(r":\s+\S.*", re.DOTALL)
_AS_WORDS = re.compile(r"\b(?:words?|letters?|called|named|say|rhymes? with|text)\s+(\w+)|\b(\w+)\s+in\s+(?=[A-Z])")
_SYMBOL = re.compile(r"\b[A-Z][a-z]\b")
_NO_SYMBOL = "An As At Be By Do Go He Hm If In Is It Me My No Of Oh On Or So To Up Us We"
_WORD = re.compile(r"[^\W\d_]{2,}")
_FLAGS_AND_CLASSES = re.compile(r"\(\?[a-zA-Z]+\)|\\[a-zA-Z]")


def kept(case: Case, text: str) -> list[Span]:
    """Spans of a user's turn that no rewriting in English may change, in order and without overlaps."""
    shapes = [_QUOTED, _BRACKETED, _UNIT, *(re.compile(re.escape(choice)) for choice in case.choices)]
    found = [Span(*m.span()) for shape in shapes for m in shape.finditer(text)]
    found += [Span(*m.span()) for m in _TOKEN.finditer(text) if _CODED.search(m.group())]
    found += [Span(*m.span()) for m in _SYMBOL.finditer(text) if m.group() not in _NO_SYMBOL.split()]
    found += [Span(*m.span(g)) for m in _AS_WORDS.finditer(text) for g in (1, 2) if m[g]]
    if case.checks or case.answer or case.choices:
        found += [Span(m.start() + 1, m.end()) for m in _MATERIAL.finditer(text)]
    return _merged(found)


def mentioned(case: Case) -> frozenset[str]:
    """Words, in lower case, that the case's checks, accepted answers and choices speak of."""
    texts = [*case.choices, *(case.answer.accept if case.answer else ())]
    for check in case.checks:
        fields = check.model_dump(exclude={"use", "kind", "case"}, exclude_none=True)
        texts += [_FLAGS_AND_CLASSES.sub(" ", said) for said in _strings(list(fields.values()))]
    return frozenset(word.lower() for text in texts for word in _WORD.findall(text))


def outside(text: str, spans: Sequence[Span]) -> Iterator[Span]:
    """The stretches between the spans, which must be in order and apart."""
    at = 0
    for span in (*spans, Span(len(text), len(text))):
        if at < span.start:
            yield Span(at, span.start)
        at = span.end


def _strings(values: Sequence[Any]) -> Iterator[str]:
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, tuple):
            yield from _strings(value)


def _merged(spans: Sequence[Span]) -> list[Span]:
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged
