"""Text that a reader does not see and a model does: invisible characters, markup that hides, encoded runs."""

import base64
import binascii
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

import re2

_TAGS = range(0xE0000, 0xE0080)
"""Characters that copy ASCII and are never shown (Unicode, "Tags")."""
_JOINERS = frozenset("\u200c\u200d\u200e\u200f\ufeff\u00ad")
"""Invisible ones that honest text has: in emoji, Persian, Indic scripts, hyphenation."""
_MANY = 3
_COMMENT = re2.compile(r"(?s)<!--(.*?)-->")
_HIDING = re2.compile(
    r"(?is)<[^>]*(?:display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|opacity\s*:\s*0(?:\.0+)?[;\"'\s]"
    r"|[^-]color\s*:\s*(?:#fff(?:fff)?\b|white\b)|\shidden[\s>])[^>]*>([^<]*)"
)
_RUN = re2.compile(r"[A-Za-z0-9+/]{16,}={0,2}")
_PRINTABLE = 0.95


class Hidden(NamedTuple):
    """What was hidden, and how."""

    how: str
    text: str


def hidden_in(text: str) -> Iterator[Hidden]:
    """Everything hidden in the text that can be read."""
    if not text.isascii():
        yield from _unseen(text)
    yield from (Hidden("a comment", found.group(1)) for found in _COMMENT.finditer(text))
    yield from (Hidden("markup that hides", found.group(1)) for found in _HIDING.finditer(text))
    yield from (Hidden("base64", read) for found in _RUN.finditer(text) if (read := _decoded(found.group())))


def _unseen(text: str) -> Iterator[Hidden]:
    tags = "".join(chr(ord(c) - 0xE0000) for c in text if ord(c) in _TAGS)
    if tags:
        yield Hidden("tag characters", tags)
    if sum(unicodedata.category(c) == "Cf" and c not in _JOINERS and ord(c) not in _TAGS for c in text) >= _MANY:
        yield Hidden("invisible characters", "")


def _decoded(run: str) -> str:
    """The text that the run encodes, "" where it encodes none."""
    try:
        text = base64.b64decode(run + "=" * (-len(run) % 4), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""
    shown = sum(c.isprintable() or c.isspace() for c in text)
    return text if shown >= _PRINTABLE * len(text) and " " in text.strip() else ""
