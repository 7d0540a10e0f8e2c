r"""Encoded parts of a text read: base64, hexadecimal, percent and backslash escapes, character references.

Whether a run is base64 is not asked of the run but of what comes of it: stretches of at least six printable characters
are read, the rest of what it decodes to is passed over. So a picture or a hash reads as nothing, and what is read of
the beginning of a run does not depend on its end. What is read is never longer than what it is read of.
"""

import base64
import re
from collections.abc import Callable, Iterator

from meant.find.view import Part, View

SHORTEST = 6
"""Printable characters in a row from which a decoded stretch is read."""
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{12,}={0,2}")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}[ :,-]?){6,}[0-9a-fA-F]?")
_PAIR = re.compile(r"[0-9a-fA-F]{2}")
_PRINTABLE = re.compile(rf"[^\ud800-\udfff\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]{{{SHORTEST},}}")
_ESCAPE = re.compile(
    r"(?P<bytes>(?:(?:%|\\x)[0-9a-fA-F]{2})+)|\\u(?P<unit>[0-9a-fA-F]{4})"
    r"|(?:\\u\{|&#[xX])(?P<hex>[0-9a-fA-F]{1,6})[};]|&#(?P<decimal>[0-9]{1,7});"
)
_WRAPPED = 40
"""Characters from which a line of base64 is taken for one that was wrapped."""


def base64_read(view: View) -> Iterator[View]:
    """The view with its runs of base64 read, also the kind for URLs."""
    yield from _changed(view, _base64(view.text), "base64")


def hexadecimal(view: View) -> Iterator[View]:
    """The view with its runs of pairs of hexadecimal digits read."""
    yield from _changed(view, _hexadecimal(view.text), "hexadecimal")


def escapes(view: View) -> Iterator[View]:
    """The view with percent and backslash escapes and numbered character references read."""
    yield from _changed(view, _escapes(view.text), "escapes")


def _changed(view: View, parts: Iterator[Part], name: str) -> Iterator[View]:
    read = view.read(parts, name)
    if read is not view:
        yield read


def _base64(text: str) -> Iterator[Part]:
    wrapped = -1
    for run in _BASE64.finditer(text):
        if run.group()[1:].islower() or run.group().isupper():
            continue  # a word or a name: of what is encoded, letters are of both kinds
        digits = run.group().rstrip("=").replace("+", "-").replace("/", "_")
        parts = _best(_base64_digits(digits, run, skipped) for skipped in range(1 if run.start() else 4))
        if parts and wrapped >= 0 and text[wrapped : run.start()] in ("\n", "\r\n"):
            yield Part(wrapped, run.start(), "")
        yield from parts
        wrapped = run.end() if parts and len(digits) >= _WRAPPED and len(digits) % 4 == 0 else -1


def _base64_digits(digits: str, run: re.Match[str], skipped: int) -> list[Part]:
    digits = digits[skipped:]
    digits = digits[: len(digits) - (len(digits) % 4 == 1)]
    data = base64.urlsafe_b64decode(digits + "=" * (-len(digits) % 4))
    return list(_stretches(data, lambda at: run.start() + skipped + at * 4 // 3, run.end()))


def _hexadecimal(text: str) -> Iterator[Part]:
    for run in _HEX.finditer(text):
        yield from _best(_hexadecimal_digits(run, skipped) for skipped in range(1 if run.start() else 2))


def _hexadecimal_digits(run: re.Match[str], skipped: int) -> list[Part]:
    pairs = [found.start() for found in _PAIR.finditer(run.group(), skipped)]
    data = bytes(int(run.group()[at : at + 2], 16) for at in pairs)
    return list(_stretches(data, lambda at: run.start() + pairs[at], run.end()))


def _best(read: Iterator[list[Part]]) -> list[Part]:
    """Of a run at the text's beginning, which may be cut, the reading in which most can be read."""
    return max(read, key=lambda parts: sum(len(part.text) for part in parts if part.text != "\n"))


def _stretches(data: bytes, place: Callable[[int], int], end: int) -> Iterator[Part]:
    """The printable stretches of `data`, one part for each character; `place` says where a byte begins in the text."""
    text = data.decode("utf-8", "surrogateescape")
    found = list(_PRINTABLE.finditer(text))
    at = byte = 0
    for stretch in found:
        if at or stretch.start():
            skipped = byte + _size(text[at : stretch.start()])
            yield Part(place(byte), place(skipped), "\n")
            byte = skipped
        for c in stretch.group():
            following = byte + _size(c)
            yield Part(place(byte), place(following) if following < len(data) else end, c)
            byte = following
        at = stretch.end()
    if found and at < len(text):
        yield Part(place(byte), end, "\n")


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogateescape"))


def _escapes(text: str) -> Iterator[Part]:
    for found in _ESCAPE.finditer(text):
        if found.group("bytes"):
            yield from _escaped_bytes(found.start(), found.group("bytes"))
            continue
        code = int(found["unit"] or found["hex"] or "0", 16) or int(found["decimal"] or "0")
        if 0 < code <= 0x10FFFF and not 0xD800 <= code < 0xE000:
            yield Part(found.start(), found.end(), chr(code))


def _escaped_bytes(start: int, run: str) -> Iterator[Part]:
    pairs = [found.span() for found in re.finditer(r"(?:%|\\x)([0-9a-fA-F]{2})", run)]
    at = 0
    for c in bytes(int(run[end - 2 : end], 16) for _, end in pairs).decode("utf-8", "replace"):
        following = min(at + len(c.encode()) if c != "\ufffd" else at + 1, len(pairs))
        if following > at:
            yield Part(start + pairs[at][0], start + pairs[following - 1][1], c)
        at = following
