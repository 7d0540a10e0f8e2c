"""A text as hashed n-grams: characters 3 to 5 within words, words 1 and 2. No vocabulary is kept, none grows.

Every n-gram is a stretch of the same bytes, and the hash of every stretch comes from one running sum of powers
(Karp & Rabin 1987, here modulo 2^64), mixed and cut to a table of `2 ** BITS` places (Weinberger and others 2009), so
that a prompt takes a fraction of a millisecond in numpy. Stretches that share a place share a weight.
"""

import re
from functools import cache, lru_cache
from typing import Any, NamedTuple

BITS = 18
PLACES = 1 << BITS
CHARACTERS = (3, 4, 5)
WORDS = (1, 2)
MOST = 4000
"""Bytes that are looked at: of a longer text half of them at its beginning, half at its end."""
BASE, MIX = 0x9E3779B97F4A7C15 | 1, 0xBF58476D1CE4E5B9
SPACE = 32
USUAL = 512
"""Bytes of a text up to which the places of its stretches are kept: 10 MB at most, were there texts of every length."""
_PARTING = re.compile(r"[\W_]+")


class Grams(NamedTuple):
    """What one text holds: each place once, and 1 + ln(how often)."""

    places: Any
    """int32, ascending."""
    values: Any
    """float32."""


def grams(text: str) -> Grams:
    """The text's n-grams. Case and marks are one: whatever is no letter or digit parts words."""
    import numpy as np

    data = _bytes(text)
    n = len(data)
    power, inverse = _powers()
    sums = np.empty(n + 1, dtype=np.uint64)
    sums[0] = 0
    (data * power[:n]).cumsum(out=sums[1:])
    begins, ends, kinds = _stretches(data)
    raw = sums.take(ends)
    raw -= sums.take(begins)
    raw *= inverse.take(begins)
    raw += kinds
    raw ^= raw >> 31
    raw *= MIX
    return _counted((raw >> (64 - BITS)).astype(np.int32))


def _bytes(text: str) -> Any:
    """Lower case in UTF-8, runs of anything else as one space, and a space on either side."""
    import numpy as np

    cut = text if len(text) <= MOST else f"{text[: MOST // 2]} {text[-MOST // 2 :]}"
    words = _PARTING.sub(" ", cut.lower()).strip()
    return np.frombuffer(f" {words} ".encode(), dtype=np.uint8)[: 4 * MOST]


def _stretches(data: Any) -> tuple[Any, Any, Any]:
    """Where the n-grams begin and end, and of which kind each is: stretches of two kinds share no more than chance."""
    import numpy as np

    space = data == SPACE
    spaces = np.empty(len(data) + 1, dtype=np.int32)
    spaces[0] = 0
    space.cumsum(dtype=np.int32, out=spaces[1:])
    begins, ends, kinds = (_usual if len(data) <= USUAL else _laid)(len(data))
    within = (spaces.take(ends - 1) == spaces.take(begins + 1)).nonzero()[0]
    edges = space.nonzero()[0]
    after = [edges[:-size] + 1 for size in WORDS]
    return (
        np.concatenate([begins.take(within), *after]),
        np.concatenate([ends.take(within), *(edges[size:] for size in WORDS)]),
        np.concatenate(
            [kinds.take(within), *(_all(16 + size, len(one)) for size, one in zip(WORDS, after, strict=True))]
        ),
    )


def _laid(length: int) -> tuple[Any, Any, Any]:
    """Begin, end and kind of every stretch of characters in so many bytes, spaces or not."""
    import numpy as np

    begins = [np.arange(max(0, length - size + 1)) for size in CHARACTERS]
    kinds = np.concatenate([_all(size, len(one)) for size, one in zip(CHARACTERS, begins, strict=True)])
    starts = np.concatenate(begins)
    return starts, starts + kinds.astype(np.int64), kinds


_usual = lru_cache(maxsize=USUAL)(_laid)


def _all(kind: int, length: int) -> Any:
    return _kinds(kind)[:length]


@cache
def _kinds(kind: int) -> Any:
    import numpy as np

    return np.full(4 * MOST, kind, dtype=np.uint64)


def _counted(places: Any) -> Grams:
    """Each place once. As `numpy.unique` does it, without what that does beside."""
    import numpy as np

    places.sort()
    first = np.empty(len(places), dtype=bool)
    first[:1] = True
    np.not_equal(places[1:], places[:-1], out=first[1:])
    at = first.nonzero()[0]
    counts = np.empty(len(at), dtype=np.int64)
    np.subtract(at[1:], at[:-1], out=counts[:-1])
    counts[-1:] = len(places) - at[-1:]
    return Grams(places.take(at), _often().take(counts))


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


@cache
def _often() -> Any:
    """1 + ln of how often, float32: looked up, for as many n-grams as a text can have."""
    import numpy as np

    return np.concatenate(([0], 1 + np.log(np.arange(1, 20 * MOST)))).astype(np.float32)
