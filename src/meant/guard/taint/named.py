"""Whether a value may be taken from a document because the user named the document as its source.

"Pay the bill in bill.txt" has the amount stand in the file, and rightly so. Its rule, where the owner allows it for
this argument: the user named what was read, what was read gives the model no orders, and it leaves no choice, since a
second value of the kind may be the one that somebody put there; nor has anybody else given one. Whoever can replace
the one value in a document that the user relies on is not seen here.
"""

from collections.abc import Sequence

from meant.guard.injection.signs import orders
from meant.guard.taint.asked import asks_for
from meant.guard.taint.records import fills, labelled, meant, records_of
from meant.guard.taint.trace import Brought, Traced
from meant.guard.wording.values import STRICT, Found, Kind, leaves
from meant.guard.wording.words import Words, spaced


def in_what_was_named(value: Found, traced: Traced) -> bool:
    """Whether the user's naming of a document vouches for the value."""
    sources = _named(traced)
    holding = [one for one in sources if one.words.holds(value)]
    if not holding or any(orders(one.words.text) for one in sources):
        return False
    if value.kind == "text":
        texts = [one.words.text for one in holding]
        return all(fills(records_of(text) or [labelled(text)], value.key, traced.user) for text in texts)
    return _only_one(value, [one.words for one in sources], traced)


def _named(traced: Traced) -> list[Brought]:
    """Results of calls that the user's own words, or what these led to, asked for."""
    named, known = list[Brought](), [traced.user]
    for one in traced.untrusted:
        if _names(one, known, traced):
            named.append(one)
            known.append(one.words)
    return named


def _names(brought: Brought, known: Sequence[Words], traced: Traced) -> bool:
    if brought.call is None:
        return False
    told = [spaced(str(leaf)) for value in brought.call.arguments.values() for leaf in leaves(value)]
    told = [text for text in told if text]
    if not told:
        return asks_for(brought.tool, traced.user, asked_by=traced.trust.asked_by)
    return all(any(words.holds(Found("text", text)) for words in known) for text in told)


def _only_one(value: Found, sources: Sequence[Words], traced: Traced) -> bool:
    """Whether nothing else of its kind could be meant."""
    if value.kind in STRICT and any(one.kind == value.kind for words in traced.vouching for one in words.values):
        return False
    candidates = set[str]()
    for words in sources:
        records = records_of(words.text)
        candidates |= meant(records, value.kind, traced.user) if records else _in_prose(value.kind, words)
    return candidates == {value.key}


def _in_prose(kind: Kind, words: Words) -> set[str]:
    """Every value of the kind; of numbers those with a currency, where there are some."""
    alike = [one for one in words.values if one.kind == kind]
    priced = [one for one in alike if one.money]
    return {one.key for one in priced or alike}
