"""Whether the user asked for a tool: by the owner's words for it, or by the words of its name and their kin.

This reads words, not sense: "do not send it" asks for sending. So it never lets a value through that nobody vouches
for; it only keeps calls away that no word of the user's speaks of.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

from meant.guard.wording.lists import lines, words
from meant.guard.wording.words import Words, stem

_FARTHEST = 6
"""Words between the two of "let ... know", and the second."""
_USER = frozenset({"me", "us"})
_TOOLS = 1000
"""Names of tools of which is kept what they come to: a model may make up any."""

PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
"""The words of a name, in whatever way they are run together."""


def asks_for(tool: str, user: Words, *, asked_by: Mapping[str, Sequence[str]]) -> bool:
    """Whether a word of the user's asks for the tool; "let+know" is one that others may stand between."""
    named = asked_by.get(tool)
    wanted = frozenset(_stems(word.casefold()) for word in named) if named is not None else asking(tool)
    return bool(wanted & user.stems) or any(_says(word, user) for word in wanted if "+" in word)


@lru_cache(_TOOLS)
def asking(tool: str) -> frozenset[str]:
    """Stems that ask for a tool of this name: of the families that most of its words belong to, or its own words.

    Of families alike those of its verb: "book" asks for no `cancel_booking`.
    """
    own = parts_of(tool)
    shared = [(len(own & {word.lstrip("*") for word in family}), family) for family in _families()]
    most = max(count for count, _ in shared)
    if not most:
        return own
    alike = [family for count, family in shared if count == most]
    of_verb = [family for family in alike if _verb(tool, alike) in family]
    return frozenset(word for family in of_verb or alike for word in family if not word.startswith("*"))


def _verb(tool: str, families: Sequence[frozenset[str]]) -> str | None:
    """The first word of the name that is in a family; one in -ing, as things are called, only where no other is."""
    named = [part.casefold() for part in PARTS.findall(tool)]
    known = [part for part in named if any(stem(part) in family for family in families)]
    verbs = [part for part in known if not part.endswith("ing")] or known
    return stem(verbs[0]) if verbs else None


@lru_cache(_TOOLS)
def parts_of(tool: str) -> frozenset[str]:
    """Stems of the words in a tool's name, without those that say nothing: `sendMoney` and `send_money` alike."""
    parts = {part.casefold() for part in PARTS.findall(tool)}
    return frozenset(stem(part) for part in parts - words("silent") or parts)


def names_of(name: str) -> frozenset[str]:
    """Stems of the words in the name of an argument or of a field: `unitPrice`, `unit_price` and "Unit price" alike."""
    return frozenset(stem(part.casefold()) for part in PARTS.findall(name))


@cache
def _families() -> tuple[frozenset[str], ...]:
    return tuple(frozenset(map(_stems, line)) for line in lines("kin"))


def _stems(word: str) -> str:
    return "+".join(map(stem, word.split("+")))


def _says(pair: str, user: Words) -> bool:
    """Whether the two words follow one another in a sentence; what is to be done for the user is "let me know"."""
    first, _, second = pair.partition("+")
    return any(
        said[at + 1] not in _USER and second in said[at + 1 : at + 1 + _FARTHEST]
        for said in user.sentences
        for at, one in enumerate(said[:-1])
        if one == first
    )
