"""A text as words, and as hashed n-grams of these: characters 3 to 5 within words, words alone and two side by side.

Each word, and each two side by side, counts once, however often it comes: a text comes to the sum of what these come
to, which is known of most (`vocabulary.py`). What n-grams are called by is their hash (`rolling.py`): there is no list
of them, and none grows.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from meant.guard.learning.rolling import MOST, SPACE, stretches

_PARTING, _DIGIT = re.compile(r"[\W_]+"), re.compile(r"\d")
_PLAIN = re.sub(rb"\d", b"0", bytes(c if chr(c).isalnum() else SPACE for c in range(128)).lower()).ljust(256)
"""The same for each byte of a text in ASCII."""


def words_of(text: str) -> list[bytes]:
    """Lower case, in UTF-8, each digit a 0: numbers are not told apart. Of a text without words, one that is empty.

    Whatever is no letter or digit parts words. Of a longer text than MOST characters, half of those are looked at at
    its beginning and half at its end.
    """
    if len(text) > MOST:
        text = f"{text[: MOST // 2]} {text[-MOST // 2 :]}"
    if text.isascii():
        return text.encode().translate(_PLAIN).split() or [b""]
    return _PARTING.sub(" ", _DIGIT.sub("0", text.lower())).strip().encode().split(b" ")


def grams(words: Sequence[bytes]) -> Any:
    """The places of the n-grams of a text of these words, int32, in no order; what two words share is there twice."""
    at = {word: place for place, word in enumerate(dict.fromkeys(words))}
    return stretches(list(at), [(at[first], at[second]) for first, second in dict.fromkeys(pairwise(words))])
