"""Hashes of stretches of bytes: modulo 2^64 in powers of a base, so that one running sum gives those of every stretch.

Karp & Rabin 1987; mixed, and cut to a table of `2 ** BITS` places (Weinberger and others 2009). Stretches that share a
place share a weight; stretches of two kinds share no more than chance. All stretches of a text in numpy, or one alone.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import accumulate, repeat
from operator import mul
from typing import Any, Final

BITS = 18
PLACES = 1 << BITS
CHARACTERS = (3, 4, 5)
WORD, PAIR = 17, 18
"""Kinds of stretches: a word, two side by side. Of characters, their number."""
BASE, MIX = 0x9E3779B97F4A7C15 | 1, 0xBF58476D1CE4E5B9
SPACE = 32
MOST = 4000
"""Characters of a text at most."""
_PAST = b" " * max(CHARACTERS)
"""Blanks after the text, so that as many stretches begin at each of its bytes."""
_LONGEST = 4 * (MOST + 1) + 2 + len(_PAST)
"""Bytes at most: four a character, in UTF-8."""
_MODULO: Final = (1 << 64) - 1
_SHIFT: Final = 64 - BITS
_INVERSE: Final = pow(BASE, -1, 1 << 64)


def hashed(stretch: bytes) -> int:
    """The hash of one stretch, not yet mixed."""
    return sum(byte * power for byte, power in zip(stretch, _powers(BASE), strict=False)) & _MODULO


def side_by_side(first: int, length: int, second: int) -> int:
    """The hash of a word of so many bytes, a blank and another word, from the hashes of both."""
    return first + _powers(BASE)[length] * (SPACE + BASE * second)


def in_word(spaced: bytes) -> list[int]:
    """The hash of each stretch of characters in one word with the blanks around it, its kind added."""
    sums, back = [0, *accumulate(map(mul, spaced, _powers(BASE)))], _powers(_INVERSE)
    return [
        (sums[at + size] - sums[at]) * back[at] + size for size in CHARACTERS for at in range(len(spaced) - size + 1)
    ]


def placed(hashes: Iterable[int]) -> list[int]:
    """The places that hashes come to."""
    cut = [raw & _MODULO for raw in hashes]
    return [((raw ^ raw >> 31) * MIX & _MODULO) >> _SHIFT for raw in cut]


def stretches(words: Sequence[bytes], pairs: Sequence[tuple[int, int]]) -> Any:
    """The places of the n-grams of words, at least one, and of pairs of these, told by where they stand among them.

    Characters lie within words, with a blank on either side. int32, in no order.
    """
    import numpy as np

    data = np.frombuffer(b" %b %b" % (b" ".join(words), _PAST), dtype=np.uint8)
    power, inverse, kinds = _tables()
    sums = np.zeros(len(data) + 1, dtype=np.uint64)
    np.multiply(data, power[: len(data)], out=sums[1:])
    sums.cumsum(out=sums)
    solid, n = data != SPACE, len(data) - len(_PAST)
    characters = _side_by_side(sums, CHARACTERS, n) - sums[:n]
    characters *= inverse[:n]
    characters += kinds
    edges = (~solid).nonzero()[0][: len(words) + 1]
    alone = (sums.take(edges[1:]) - sums.take(edges[:-1] + 1)) * inverse.take(edges[:-1] + 1)
    first, second = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    both = alone[first] + power[(np.diff(edges) - 1)[first]] * (alone[second] * BASE + SPACE)
    raw = np.concatenate((characters[_within(solid, n)], alone + WORD, both + PAIR))
    raw ^= raw >> 31
    raw *= MIX
    return (raw >> _SHIFT).astype(np.int32)


def _side_by_side(array: Any, sizes: Sequence[int], length: int) -> Any:
    """A view, one row for each size: the array from `size` on, so that a stretch's begin and end share a column."""
    import numpy as np

    step = array.itemsize
    return np.ndarray((len(sizes), length), array.dtype, array, sizes[0] * step, (step, step))


def _within(solid: Any, length: int) -> Any:
    """Whether the stretch of each size that begins at a byte holds no blank but at its ends."""
    import numpy as np

    within = np.empty((len(CHARACTERS), length), dtype=bool)
    within[0] = solid[1 : length + 1]
    for at in range(1, len(CHARACTERS)):
        np.logical_and(within[at - 1], solid[at + 1 : at + 1 + length], out=within[at])
    return within


@cache
def _powers(base: int) -> Sequence[int]:
    """Modulo 2^64."""
    return tuple(accumulate(repeat(base, _LONGEST - 1), lambda power, factor: power * factor & _MODULO, initial=1))


@cache
def _tables() -> tuple[Any, Any, Any]:
    """Powers of the base modulo 2^64, those of its inverse, and a column of what tells sizes of stretches apart."""
    import numpy as np

    power, inverse = (np.array(_powers(base), dtype=np.uint64) for base in (BASE, _INVERSE))
    return power, inverse, np.array(CHARACTERS, dtype=np.uint64).reshape(-1, 1)
