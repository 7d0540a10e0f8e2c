"""A text as hashed n-grams: characters 3 to 5 within words, words 1 and 2.

What the n-grams are called by is their hash (`rolling.py`): there is no list of them, and none grows. A text of known
words is put together from what is known of each (`vocabulary.py`); that it comes to the same is tested.
"""

import re
from functools import cache
from typing import Any, NamedTuple

from meant.guard.learning.rolling import MOST, SPACE, stretches
from meant.guard.learning.vocabulary import Vocabulary

_PARTING = re.compile(r"[\W_]+")
_PLAIN = bytes(c if chr(c).isalnum() else SPACE for c in range(128)).lower().ljust(256)
"""The same for each byte of a text in ASCII."""
_VOCABULARY = Vocabulary()


class Grams(NamedTuple):
    """What one text holds: each place once, and 1 + ln(how often)."""

    places: Any
    """int32, ascending."""
    values: Any
    """float32."""


def grams(text: str, vocabulary: Vocabulary = _VOCABULARY) -> Grams:
    """The text's n-grams. Case and marks are one: whatever is no letter or digit parts words.

    Of a longer text than MOST characters, half of those are looked at at its beginning and half at its end.
    """
    import numpy as np

    words = _words(text if len(text) <= MOST else f"{text[: MOST // 2]} {text[-MOST // 2 :]}")
    known = vocabulary.recall(words)
    return _counted(stretches(words) if known is None else np.frombuffer(bytearray(known), dtype=np.int32))


def _words(text: str) -> list[bytes]:
    """Lower case, in UTF-8. Of a text without words, one that is empty."""
    if text.isascii():
        return text.encode().translate(_PLAIN).split() or [b""]
    return _PARTING.sub(" ", text.lower()).strip().encode().split(b" ")


def _counted(places: Any) -> Grams:
    """Each place once. As `numpy.unique` does it, without what that does beside."""
    import numpy as np

    places.sort()
    first = np.empty(len(places) + 1, dtype=bool)
    first[0] = first[-1] = True
    np.not_equal(places[1:], places[:-1], out=first[1:-1])
    at = first.nonzero()[0]
    return Grams(places.take(at[:-1]), _often().take(at[1:] - at[:-1]))


@cache
def _often() -> Any:
    """1 + ln of how often, float32: looked up, for as many n-grams as a text can have."""
    import numpy as np

    return np.concatenate(([0], 1 + np.log(np.arange(1, 20 * MOST)))).astype(np.float32)
