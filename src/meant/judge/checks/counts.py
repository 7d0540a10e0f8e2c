"""How much a reply holds: words, lines, list items.

Its rule: decoration is not content. A bullet is not a word, a code fence is not a line, and a point under a point
is not an item of the list.
"""

import re

# Anchored and without nested repeats: linear.
_BULLET, _COUNTER, _LETTER = r"[-*+•‣◦▪–]\s+", r"\d{1,3}[.)](?:\*\*|__)?(?:\s+|(?=[^\W\d]))", r"[a-zA-Z]\)\s+"
_ITEM = re.compile(rf"(?P<indent>[ \t]*)(?:\*\*|__)?(?:{_BULLET}|{_COUNTER}|{_LETTER})\S")
_RULE = re.compile(r"\s*(?:[-*_]\s*){3,}$")
_TAB = 4


def words(reply: str) -> int:
    """Runs of characters between blanks or dashes that hold a letter or digit."""
    pieces = reply.replace("—", " ").split()
    return sum(any(c.isalnum() for c in piece) for piece in pieces)


def lines(reply: str) -> int:
    """Lines with something on them; fences of code blocks are left out."""
    return sum(bool(line.strip()) and not line.lstrip().startswith("```") for line in reply.splitlines())


def items(reply: str) -> int:
    """Bulleted or numbered items of the outermost list level."""
    found = [_ITEM.match(line) for line in reply.splitlines() if not _RULE.match(line)]
    depths = [len(item["indent"].expandtabs(_TAB)) for item in found if item]
    return sum(depth < min(depths) + 2 for depth in depths)
