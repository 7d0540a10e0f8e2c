"""Whether a value may be taken from a document because the user named the document as its source.

"Pay the bill in bill.txt" has the amount stand in the file, and rightly so. Its rule: the owner allows it for this
argument, the user named what was read, what was read gives the model no orders, and it leaves no choice: a second
value of the kind may be the one that somebody put there. Whoever can replace the one value in a document that the
user relies on is not seen here.
"""

from collections.abc import Sequence

from meant.guard.injection.signs import orders
from meant.guard.taint.asked import parts_of
from meant.guard.taint.trace import Brought, Traced
from meant.guard.taint.values import Found, leaves
from meant.guard.taint.words import Words, spaced

_SHORTEST_NAME = 3


def may_be_taken(value: Found, argument: str, traced: Traced) -> bool:
    """Whether the user's naming of a document vouches for the value."""
    if argument not in traced.trust.from_named.get(traced.call.tool, ()):
        return False
    sources = _named(traced)
    holding = [one for one in sources if one.words.holds(value)]
    if not holding or any(orders(one.words.text) for one in sources):
        return False
    return value.kind == "text" or _only_one(value, [one.words for one in sources], traced.user)


def _named(traced: Traced) -> list[Brought]:
    """Results of calls that the user's own words, or what these led to, asked for."""
    named, known = list[Brought](), [traced.user]
    for one in traced.untrusted:
        if _names(one, known):
            named.append(one)
            known.append(one.words)
    return named


def _names(brought: Brought, known: Sequence[Words]) -> bool:
    if brought.call is None:
        return False
    told = [spaced(str(leaf)) for value in brought.call.arguments.values() for leaf in leaves(value)]
    told = [text for text in told if text]
    if not told:
        return bool(parts_of(brought.tool) & known[0].stems)
    return all(any(words.holds(Found("text", text)) for words in known) for text in told)


def _only_one(value: Found, sources: Sequence[Words], user: Words) -> bool:
    """Whether it is the only one of its kind; or the only one whose line has a word of the user's."""
    alike = [(one, words) for words in sources for one in words.values if one.kind == value.kind]
    if value.kind == "number" and any(one.money for one, _ in alike):
        alike = [(one, words) for one, words in alike if one.money]
    if len({one.key for one, _ in alike}) <= 1:
        return any(one.key == value.key for one, _ in alike)
    close = {one.key for one, words in alike if _telling(words.stems_of_line(one.line)) & user.stems}
    return close == {value.key}


def _telling(stems: frozenset[str]) -> frozenset[str]:
    return frozenset(one for one in stems if len(one) > _SHORTEST_NAME)
