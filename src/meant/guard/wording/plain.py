"""A text as a reader means it, whatever way it was written to slip past one who compares characters.

Less than `find/fold.py` undoes, and on purpose: accents and look-alikes of other scripts stay, since an address that
only looks like the user's is not the user's. Guards that look for words want the opposite.
"""

import html
import unicodedata
from urllib.parse import unquote

_MOST_DECODINGS = 3


def plain(text: str) -> str:
    """The text as a reader means it: one case, encoded and invisible characters resolved."""
    for _ in range(_MOST_DECODINGS):
        decoded = html.unescape(unquote(text))
        if decoded == text:
            break
        text = decoded
    if text.isascii():
        return text.casefold()
    shown = (c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")
    return "".join(shown).casefold()


def squeezed(text: str) -> str:
    """Its letters and digits alone."""
    return "".join(filter(str.isalnum, plain(text)))
