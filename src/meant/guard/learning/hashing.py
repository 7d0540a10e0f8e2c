"""A text as hashed n-grams: characters 3 to 5 within words, words 1 and 2. No vocabulary is kept, none grows.

Every n-gram is a stretch of the same bytes, and the hash of every stretch comes from one running sum of powers
(Karp & Rabin 1987, here modulo 2^64), mixed and cut to a table of `2 ** BITS` places (Weinberger and others 2009), so
that a prompt takes some thirty calls of numpy, however long it is. Stretches that share a place share a weight.
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

BITS = 18
PLACES = 1 << BITS
CHARACTERS = (3, 4, 5)
WORDS = (1, 2)
MOST = 4000
"""Characters that are looked at: of a longer text half of them at its beginning, half at its end."""
BASE, MIX = 0x9E3779B97F4A7C15 | 1, 0xBF58476D1CE4E5B9
SPACE = 32
_PAST = b" " * max(CHARACTERS)
"""Blanks after the text, so that as many stretches begin at each of its bytes."""
_LONGEST = 4 * (MOST + 1) + 2 + len(_PAST)
"""Bytes at most: four a character, in UTF-8."""
_PARTING = re.compile(r"[\W_]+")
_PLAIN = bytes(c if chr(c).isalnum() else SPACE for c in range(128)).lower().ljust(256)
"""The same for each byte of a text in ASCII."""


class Grams(NamedTuple):
    """What one text holds: each place once, and 1 + ln(how often)."""

    places: Any
    """int32, ascending."""
    values: Any
    """float32."""


def grams(text: str) -> Grams:
    """The text's n-grams. Case and marks are one: whatever is no letter or digit parts words."""
    import numpy as np

    data = np.frombuffer(b" %b %b" % (_words(text), _PAST), dtype=np.uint8)
    of = _tables()
    sums = np.zeros(len(data) + 1, dtype=np.uint64)
    np.multiply(data, of.power[: len(data)], out=sums[1:])
    sums.cumsum(out=sums)
    solid = data != SPACE
    n = len(data) - len(_PAST)
    characters = _hashed(_side_by_side(sums, CHARACTERS, n), sums[:n], of.inverse[:n], of.characters)
    edges = (~solid).nonzero()[0]
    words = len(edges) - 1 - len(_PAST)
    first = edges[:words] + 1
    spoken = _hashed(_side_by_side(sums.take(edges), WORDS, words), sums.take(first), of.inverse.take(first), of.words)
    raw = np.concatenate((characters[_within(solid, n)], spoken.ravel()[:-1]))
    raw ^= raw >> 31
    raw *= MIX
    return _counted((raw >> (64 - BITS)).astype(np.int32))


def _words(text: str) -> bytes:
    """Lower case in UTF-8, runs of anything else as one space."""
    cut = text if len(text) <= MOST else f"{text[: MOST // 2]} {text[-MOST // 2 :]}"
    if cut.isascii():
        return b" ".join(cut.encode().translate(_PLAIN).split())
    return _PARTING.sub(" ", cut.lower()).strip().encode()


def _side_by_side(array: Any, sizes: Sequence[int], length: int) -> Any:
    """A view, one row for each size: the array from `size` on, so that a stretch's begin and end share a column."""
    import numpy as np

    step = array.itemsize
    return np.ndarray((len(sizes), length), array.dtype, array, sizes[0] * step, (step, step))


def _hashed(ended: Any, begun: Any, back: Any, kinds: Any) -> Any:
    """The hashes of stretches, from the sums at both ends. Stretches of two kinds share no more than chance."""
    raw = ended - begun
    raw *= back
    raw += kinds
    return raw


def _within(solid: Any, length: int) -> Any:
    """Whether the stretch of each size that begins at a byte holds no blank but at its ends."""
    import numpy as np

    within = np.empty((len(CHARACTERS), length), dtype=bool)
    within[0] = solid[1 : length + 1]
    for at in range(1, len(CHARACTERS)):
        np.logical_and(within[at - 1], solid[at + 1 : at + 1 + length], out=within[at])
    return within


def _counted(places: Any) -> Grams:
    """Each place once. As `numpy.unique` does it, without what that does beside."""
    import numpy as np

    places.sort()
    first = np.ones(len(places) + 1, dtype=bool)
    np.not_equal(places[1:], places[:-1], out=first[1:-1])
    at = first.nonzero()[0]
    return Grams(places.take(at[:-1]), _often().take(at[1:] - at[:-1]))


class _Tables(NamedTuple):
    """What is the same for every text."""

    power: Any
    """Powers of the base modulo 2^64."""
    inverse: Any
    """And of its inverse."""
    characters: Any
    """A column of what tells stretches of characters of one size from others."""
    words: Any


@cache
def _tables() -> _Tables:
    import numpy as np

    one = [np.full(_LONGEST, factor, dtype=np.uint64) for factor in (BASE, pow(BASE, -1, 1 << 64))]
    for powers in one:
        powers[0] = 1
        np.cumprod(powers, out=powers)
    kinds = CHARACTERS, [16 + size for size in WORDS]
    return _Tables(*one, *(np.array(each, dtype=np.uint64).reshape(-1, 1) for each in kinds))


@cache
def _often() -> Any:
    """1 + ln of how often, float32: looked up, for as many n-grams as a text can have."""
    import numpy as np

    return np.concatenate(([0], 1 + np.log(np.arange(1, 20 * MOST)))).astype(np.float32)
