"""Where a reply names an option: by its label, as in "(B)" or "option B", or by its text.

Its rule: a letter is a label only where something marks it as one (brackets, a mark at the beginning of a line, a
word like "option"), and only if the question itself labels its options with letters: a capital in a sentence is no
answer. What stands in an option's text is no label either ("The answer is A whale"). Case, accents, punctuation
and a leading article of an option's text do not matter; of options within one another the longest is named.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from meant.judge.honesty.tokens import Token, places, tokens, words_of

_ARTICLES = frozenset({"a", "an", "the"})
_ALONE = r"(?![\w'’])"
_NO_ARTICLE = _ALONE + r"(?!\s+(?!because\b|since\b|as\b|and\b|or\b|is\b|would\b|not\b|but\b)[a-z])"
"""After a capital A that is no article: no plain word follows but these."""
_OPEN = r"[\s\"'“*_(\[]*"
_CLOSE = r"[)\]\"'”*_.]*"
_LINK = rf"{_CLOSE}\s*(?:,?\s*\b(?:or|and|but)\b|[,/&]){_OPEN}(?:(?i:options?|answers?)\s+)?"
_MARKED = re.compile(
    r"[(\[](?P<bracketed>[A-Za-z])[)\]]"
    r"|^[^\w\n(\[]*(?P<listed>[A-Z])[*_]*[.):](?=\s|[*_]|$)"
    r"|^[^\w\n(\[]*(?P<alone>[A-Z])[^\w\n]*$"
    rf"|(?<![\w'’])(?P<paired>[A-Z])(?={_LINK}[A-Z]{_ALONE})"
    r"|\b(?i:answers?|options?|choices?|letters?)\b(?:[^.!?\n]{0,30}?(?::|\b(?i:is|are|be)\b))?"
    rf"{_OPEN}(?P<named>[A-Z]){_NO_ARTICLE}"
    r"|\b(?i:choose|chose|pick|picked|select|selected|go\s+with|it\s+is|it[’']s|not|either|between)\b"
    rf"{_OPEN}(?P<taken>[A-Z]){_NO_ARTICLE}"
    rf"|(?<![\w'’])(?P<right>[A-Z])(?={_CLOSE}\s+(?:is|would\s+be)\s+(?:the\s+)?(?:most\s+)?(?:correct|right|best|answer)\b)",
    re.MULTILINE,
)
_NEXT = re.compile(rf"{_LINK}(?P<next>[A-Z]){_NO_ARTICLE}")
_ONLY_A_LETTER = re.compile(r"\W*(?P<only>[A-Za-z])\W*")


class Mention(NamedTuple):
    """An option that is named: its place among the choices, and where in the reply."""

    option: int
    start: int
    end: int
    label: bool


def mentions(reply: str, letters: Sequence[str], options: Sequence[Sequence[str]]) -> list[Mention]:
    """Every mention in order of the reply. Each option may have several texts; `letters` are its `labels`."""
    texts = list(_texts(reply, options))
    named = {m for m in _labels(reply, letters) if not any(_overlap(m, text) for text in texts)}
    return sorted([*texts, *named], key=lambda m: m.start)


def labels(question: str, choices: Sequence[str]) -> Sequence[str]:
    """The letter that stands before each option in the question, in capitals; empty unless each has its own."""
    found = [re.search(rf"(?<!\w)([A-Za-z])[.):]\s*{re.escape(choice)}(?!\w)", question) for choice in choices]
    letters = [one[1].upper() for one in found if one]
    return letters if len(choices) == len({*letters}) else ()


def _labels(reply: str, letters: Sequence[str]) -> Iterator[Mention]:
    only = _ONLY_A_LETTER.fullmatch(reply)
    for found in [only] if only else _MARKED.finditer(reply):
        link: re.Match[str] | None = found
        while link:
            start, end = link.span(link.lastgroup or 0)
            if (letter := reply[start:end].upper()) in letters:
                yield Mention(letters.index(letter), start, end, label=True)
            link = _NEXT.match(reply, end)


def _texts(reply: str, options: Sequence[Sequence[str]]) -> Iterator[Mention]:
    said = tokens(reply)
    free = [True] * len(said)
    wanted = [(words, i) for i, names in enumerate(options) for name in names if (words := _bare(name))]
    for words, option in sorted(wanted, key=lambda pair: -len(pair[0])):
        for at in places(words, said):
            mine = slice(at, at + len(words))
            if all(free[mine]):
                free[mine] = [False] * len(words)
                yield Mention(option, _start(said, at), said[at + len(words) - 1].end, label=False)


def _bare(name: str) -> list[str]:
    """The words that must be said: without an article at the beginning."""
    words = words_of(name)
    return words[1:] if len(words) > 1 and words[0] in _ARTICLES else words


def _start(said: Sequence[Token], at: int) -> int:
    """Where a mention begins, its article included."""
    return said[at - 1].start if at and said[at - 1].text in _ARTICLES else said[at].start


def _overlap(one: Mention, other: Mention) -> bool:
    return one.start < other.end and other.start < one.end
