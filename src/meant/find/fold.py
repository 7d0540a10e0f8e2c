"""Unicode disguises undone: compatibility forms (NFKC), accents, invisible characters, tags, look-alikes.

`lookalikes.txt` holds the look-alikes: close ones of Latin letters in Cyrillic, Greek, Armenian and Cherokee, phonetic
letters and small capitals. Fullwidth, circled, squared and mathematical letters come by NFKC. Not covered: letters that
resemble two Latin ones, letters upside down, and look-alikes of other scripts.

A Cyrillic, Greek, Armenian or Cherokee word is read as Latin where all its letters are look-alikes and it is no word of
its alphabet: a Latin letter stands in it, or neither a word before it in the text nor the next one could only be of
such an alphabet. What is said so of a word depends on nothing further after it.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from itertools import zip_longest

from meant.find.view import Part, View

LONGEST_WORD = 20
"""A longer word is left as it is: an end must be in sight."""
_WORD = re.compile(r"[^\W\d_]+")
_FILLERS = "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"
_TAGS = range(0xE0020, 0xE007F)
_BOXED = {base + i: chr(ord("A") + i) for base in (0x1F150, 0x1F170, 0x1F1E6) for i in range(26)}


def folded(view: View) -> View:
    """The view without disguises; the same object where there are none."""
    if view.text.isascii():
        return view
    plain = view.read(_characters(view.text), "Unicode")
    return plain.read(_words(plain.text), "look-alikes")


def _characters(text: str) -> Iterator[Part]:
    changed = {c: to for c in set(text) if not c.isascii() and (to := fold_character(c)) != c}
    if changed:
        for i, c in enumerate(text):
            if c in changed:
                yield Part(i, i + 1, changed[c])


@cache
def fold_character(c: str) -> str:
    """What one character is read as by itself; "" for one that is not seen."""
    code = ord(c)
    if code in _TAGS:
        return chr(code - 0xE0000)
    if unicodedata.category(c) == "Cf" or c in _FILLERS or unicodedata.name(c, "").startswith("VARIATION SELECTOR"):
        return ""
    if c in _lookalikes("always"):
        return _lookalikes("always")[c]
    plain = unicodedata.normalize("NFKC", c)
    bare = unicodedata.normalize("NFKD", c)
    if bare[:1].isascii() or not bare.strip("\u0300\u0301\u0302\u0303\u0308"):
        plain = "".join(m for m in bare if not "\u0300" <= m <= "\u036f")
    return _BOXED.get(code, plain)


def _words(text: str) -> Iterator[Part]:
    table, home = _lookalikes("word"), False
    if text.isascii() or table.keys().isdisjoint(text):
        return
    words = list(_WORD.finditer(text))
    for found, following in zip_longest(words, words[1:]):
        word = found.group()
        if word.isascii():
            continue
        mixed = any(c.isascii() for c in word)
        seeming = len(word) <= LONGEST_WORD and all(c.isascii() or c in table for c in word)
        if seeming and (mixed or not (home or (following and _at_home(found, following)))):
            yield from (Part(i, i + 1, table[c]) for i, c in enumerate(word, found.start()) if c in table)
        elif not mixed:
            home = True


def _at_home(word: re.Match[str], following: re.Match[str]) -> bool:
    """Whether the next word, if it is near, could only be of an alphabet that is not Latin."""
    near = following.start() - word.end() <= 2 and len(following.group()) <= LONGEST_WORD - 2
    foreign = not any(c.isascii() for c in following.group())
    return near and foreign and any(c not in _lookalikes("word") for c in following.group())


@cache
def _lookalikes(part: str) -> Mapping[str, str]:
    lines = (files("meant") / "find" / "lookalikes.txt").read_text("utf-8").partition(f"[{part}]\n")[2].splitlines()
    table = dict[str, str]()
    for line in lines:
        if line.startswith("["):
            break
        if not line.startswith("#"):
            latin, _, others = line.partition(" ")
            table |= dict.fromkeys(others, latin)
    return table
