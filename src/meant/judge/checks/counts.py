"""How much a reply holds: words, sentences, lines, list items.

Its rule: decoration is not content. A bullet is not a word, a code fence is not a line, and a point under a point
is not an item of the list.
"""

import re

# Anchored and without nested repeats: linear.
_BULLET, _COUNTER, _LETTER = r"[-*+•‣◦▪–]\s+", r"\d{1,3}[.)](?:\*\*|__)?(?:\s+|(?=[^\W\d]))", r"[a-zA-Z]\)\s+"
_ITEM = re.compile(rf"(?P<indent>[ \t]*)(?:\*\*|__)?(?:{_BULLET}|{_COUNTER}|{_LETTER})\S")
_RULE = re.compile(r"\s*(?:[-*_]\s*){3,}$")
_TAB = 4
_WORD = re.compile(r"[^\W_]")
_SENTENCE_END = re.compile(r"[.!?…]+[\"'”’)\]*_]*(?=\s|$)|[。！？]+")
_TITLES = "Mrs?|Ms|Drs?|Prof|St|Jr|Sr|vs|cf|etc"
_ABBREVIATION = re.compile(rf"(?:^|[\s(\"'“])(?:[A-HJ-Z]|(?:[A-Za-z]\.)+[A-Za-z]|{_TITLES})\.$")
_LIST_NUMBER = re.compile(r"(?:^|\n)[\s*_-]*\d{1,3}\.[*_]*$")
_LOOK_BACK = 16
"""How far before a mark an abbreviation or a list number begins, in characters."""


def words(reply: str) -> int:
    """Runs of characters between blanks or dashes that hold a letter or digit."""
    pieces = reply.replace("—", " ").split()
    return sum(any(c.isalnum() for c in piece) for piece in pieces)


def sentences(reply: str) -> int:
    """Runs of text up to a closing mark; what follows the last mark is one more.

    A list number, an initial or a common abbreviation closes nothing. Line breaks do not either: a heading belongs
    to the sentence after it, and lines of verse without marks are one.
    """
    count, held = 0, 0
    for mark in _SENTENCE_END.finditer(reply):
        begun = _WORD.search(reply, held, mark.end())
        if begun and not _unfinished(reply[max(0, mark.end() - _LOOK_BACK) : mark.end()]):
            count, held = count + 1, mark.end()
    return count + bool(_WORD.search(reply, held))


def _unfinished(piece: str) -> bool:
    return bool(_ABBREVIATION.search(piece) or _LIST_NUMBER.search(piece))


def lines(reply: str) -> int:
    """Lines with something on them; fences of code blocks are left out."""
    return sum(bool(line.strip()) and not line.lstrip().startswith("```") for line in reply.splitlines())


def items(reply: str) -> int:
    """Bulleted or numbered items of the outermost list level."""
    found = [_ITEM.match(line) for line in reply.splitlines() if not _RULE.match(line)]
    depths = [len(item["indent"].expandtabs(_TAB)) for item in found if item]
    return sum(depth < min(depths) + 2 for depth in depths)
