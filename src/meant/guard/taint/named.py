"""Whether a value may be taken from a document because the user named the document as its source.

"Pay the bill in bill.txt" has the amount stand in the file, and rightly so. Its rule, where the owner allows it for
this argument: the user named what was read, what was read gives the model no orders, and it leaves no choice, since a
second value of the kind may be the one that somebody put there; nor has anybody else given one. Whoever can replace
the one value in a document that the user relies on is not seen here.
"""

from collections.abc import Iterator, Sequence

from meant.guard.injection.signs import orders
from meant.guard.taint.asked import asks_for, names_of
from meant.guard.taint.records import fills, labelled, meant, records_of
from meant.guard.taint.trace import Brought, Traced
from meant.guard.wording.lists import words as listed
from meant.guard.wording.values import STRICT, Found, Kind, alike, leaves, values_in
from meant.guard.wording.words import Words, spaced, words_of


def in_what_was_named(value: Found, argument: str, traced: Traced) -> bool:
    """Whether the user's naming of a document vouches for the value in this argument."""
    sources = _named(traced)
    holding = [one for one in sources if one.words.holds(value)]
    if not holding or any(orders(one.words.text) for one in sources):
        return False
    if value.kind == "text":
        return all(_fills(one.words.text, value.key, argument, traced) for one in holding)
    return _only_one(value, argument, sources, traced) or _each_in_its_place(value, argument, sources, traced)


def fills_named(text: str, value: Found, argument: str, traced: Traced) -> bool:
    """Whether a value to which nothing is sent stands, with other words, in a text that fills a field of such a one.

    By itself it would need no field: anybody who can write a line can write `Amount: 900`.
    """
    others = set(words_of(text)) - set(words_of(value.key)) - listed("suffixes")
    return (
        value.kind not in STRICT and bool(others) and in_what_was_named(Found("text", spaced(text)), argument, traced)
    )


def _named(traced: Traced) -> list[Brought]:
    """Results of calls that the user's own words, or what these led to, asked for."""
    named, known = list[Brought](), [traced.user]
    for one in traced.untrusted:
        if _names(one, known, traced):
            named.append(one)
            known.append(one.words)
    return named


def _names(brought: Brought, known: Sequence[Words], traced: Traced) -> bool:
    told = [text for text in map(spaced, _told(brought)) if text]
    if brought.call is None:
        return False
    if not told:
        return asks_for(brought.tool, traced.user, asked_by=traced.trust.asked_by)
    return all(any(words.holds(Found("text", text)) for words in known) for text in told)


def _told(brought: Brought) -> Iterator[str]:
    """What the call that brought it said."""
    arguments = brought.call.arguments.values() if brought.call else ()
    yield from (str(leaf) for value in arguments for leaf in leaves(value))


def _fills(text: str, key: str, argument: str, traced: Traced) -> bool:
    """Whether the text fills a field; in a letter with lines that share the argument's name, all of these."""
    if records := records_of(text):
        return fills(records, key, traced.user)
    letter = labelled(text)
    lines = letter.called(argument)
    return {spaced(said) for said in lines} == {key} if lines else fills([letter], key, traced.user)


def _only_one(value: Found, argument: str, sources: Sequence[Brought], traced: Traced) -> bool:
    """Whether nothing else of its kind could be meant."""
    if _given(value, traced):
        return False
    candidates = set[str]()
    for one in sources:
        records = records_of(one.words.text)
        asked_for = _asked_for(one, traced)
        candidates |= meant(records, value, argument, traced.user, asked_for) if records else _in_prose(value, one)
    return candidates == {value.key}


def _given(value: Found, traced: Traced) -> bool:
    """Whether somebody vouches for another of its kind: for where something goes, or, the user, for a sum of money."""
    if value.kind in STRICT:
        return any(one.kind == value.kind for words in traced.vouching for one in words.values)
    return value.kind == "number" and any(one.money for one in traced.user.values)


def _asked_for(brought: Brought, traced: Traced) -> frozenset[str]:
    """Keys of what the user said and the result was asked for by: of an order looked up by its number, the number."""
    return frozenset(found.key for text in _told(brought) for found in values_in(text) if traced.user.holds(found))


def _in_prose(value: Found, brought: Brought) -> set[str]:
    """Every value of the kind; of numbers those with a currency, where there are some."""
    every = [one for one in brought.words.values if alike(one, value)]
    priced = [one for one in every if one.money]
    return {one.key for one in priced or every}


_IN_PLACE: frozenset[Kind] = frozenset({"date", "code"})
"""Of accounts and sums a second one is always one too many."""


def _each_in_its_place(value: Found, argument: str, sources: Sequence[Brought], traced: Traced) -> bool:
    """Whether letters give each value of the kind on a line labelled as the argument that has it in this call.

    "Arrival: ..., Departure: ..." leaves no choice where the call takes both. One that is left over does.
    """
    if value.kind not in _IN_PLACE or any(records_of(one.words.text) for one in sources):
        return False
    taken = {
        (name, found.key)
        for name, given in traced.call.arguments.items()
        for leaf in leaves(given)
        for found in values_in(str(leaf))
    }
    places = [(label, found) for one in sources for label, found in labelled(one.words.text).holding(value)]
    every = {found.key for one in sources for found in one.words.values if alike(found, value)}
    in_place = {
        found.key
        for label, found in places
        if any(key == found.key and names_of(label) & names_of(name) for name, key in taken)
    }
    return every == in_place and any(
        found.key == value.key and names_of(label) & names_of(argument) for label, found in places
    )
