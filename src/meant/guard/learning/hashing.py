"""A text as hashed n-grams: characters 3 to 5 within words, words 1 and 2. No vocabulary is kept, none grows.

Every n-gram is a stretch of the same bytes, and the hash of every stretch comes from one running sum of powers
(Karp & Rabin 1987, here modulo 2^64), mixed and cut to a table of `2 ** BITS` places (Weinberger and others 2009), so
that a prompt takes a fraction of a millisecond in numpy. Stretches that share a place share a weight.
"""

from functools import cache
from typing import Any, NamedTuple

BITS = 18
PLACES = 1 << BITS
CHARACTERS = (3, 4, 5)
WORDS = (1, 2)
MOST = 4000
"""Bytes that are looked at: of a longer text half of them at its beginning, half at its end."""
BASE, MIX = 0x9E3779B97F4A7C15 | 1, 0xBF58476D1CE4E5B9
SPACE = 32


class Grams(NamedTuple):
    """What one text holds: each place once, and 1 + ln(how often)."""

    places: Any
    """int64."""
    values: Any
    """float32."""


def grams(text: str) -> Grams:
    """The text's n-grams. Case and marks are one: whatever is no letter or digit parts words."""
    import numpy as np

    data = _bytes(text)
    power, inverse = _powers()
    n = len(data)
    sums = np.zeros(n + 1, dtype=np.uint64)
    np.cumsum(data.astype(np.uint64) * power[:n], out=sums[1:])
    found = []
    for size in CHARACTERS:
        begins = np.arange(n - size + 1)
        within = _spaceless(data, size) if n >= size else begins
        found.append(_hashed(sums, within, within + size, inverse, size))
    edges = np.flatnonzero(data == SPACE)
    found += [_hashed(sums, edges[:-size] + 1, edges[size:], inverse, 16 + size) for size in WORDS]
    places, counts = np.unique(np.concatenate(found), return_counts=True)
    return Grams(places, (1 + np.log(counts)).astype(np.float32))


def _bytes(text: str) -> Any:
    """Lower case in UTF-8, runs of anything else as one space, and a space on either side."""
    import numpy as np

    cut = text if len(text) <= MOST else f"{text[: MOST // 2]} {text[-MOST // 2 :]}"
    words = "".join(c if c.isalnum() else " " for c in cut.lower()).split()
    data = np.frombuffer(f" {' '.join(words)} ".encode(), dtype=np.uint8)
    return data[: 4 * MOST]


def _spaceless(data: Any, size: int) -> Any:
    """Where a stretch begins that has no space but at its ends."""
    import numpy as np

    spaces = np.concatenate(([0], np.cumsum(data == SPACE)))
    inner = spaces[size - 1 : len(data)] - spaces[1 : len(data) - size + 2]
    return np.flatnonzero(inner == 0)


def _hashed(sums: Any, begins: Any, ends: Any, inverse: Any, kind: int) -> Any:
    """Places of the stretches; stretches of two kinds never share more than chance."""
    import numpy as np

    raw = (sums[ends] - sums[begins]) * inverse[begins] + np.uint64(kind)
    raw ^= raw >> np.uint64(31)
    return ((raw * np.uint64(MIX)) >> np.uint64(64 - BITS)).astype(np.int64)


@cache
def _powers() -> tuple[Any, Any]:
    """Powers of the base and of its inverse modulo 2^64."""
    import numpy as np

    longest = 4 * MOST + 4
    one = [np.full(longest, factor, dtype=np.uint64) for factor in (BASE, pow(BASE, -1, 1 << 64))]
    for powers in one:
        powers[0] = 1
        np.cumprod(powers, out=powers)
    return one[0], one[1]
