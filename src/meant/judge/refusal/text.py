"""A reply as sentences: where each stands in the reply, and how the signs want to read it.

Its rule: `Sentence.start` and `end` are positions in the reply as given; `Sentence.plain` may differ from that text
in every way that does not change what is said (case, quotes, markdown, compatibility letters, speaker labels).
"""

import re
import unicodedata
from typing import NamedTuple

READ_CHARS = 12_000
"""How much of a reply is read unless told otherwise: the first three quarters and the last quarter, in characters."""

# Python's own `re`, on purpose: anchored or single-class patterns are linear, and calls cost a third of re2's.
_END = re.compile(r"[.!?]+[\"'”’)\]*_]*(?=\s)|\n|(?:[,;]|,? -|\)) ?(?=but |however,? )")
# The same without the turns on "but"; a pattern that begins with one class of characters is searched for much faster.
_END_WITHOUT_TURNS = re.compile(r"[.!?\n](?:(?<=\n)|[.!?]*[\"'”’)\]*_]*(?=\s))")
_ITEM = re.compile(r"\s*(?:\d{1,2}[.):]|[-*•–+](?=\s)|\(?[a-zA-Z][.)](?=\s)|#{1,6}(?=\s))\s*")
_LABEL = re.compile(r"\s*[^\w\s]{0,3}\s?[\w.\-]{1,16}(?: [\w.\-]{1,12})?\s?[^\w\s:]{0,3}:[\])]?\s+(?=\S)")
_LABEL_CHARS = 40
_FENCE = re.compile(r"```[^`]*(?:```|$)")
_QUOTE = re.compile(r"[\"“][^\"“”\n]{12,600}[\"”]")
_ABBREVIATION_CHARS = 6
_ABBREVIATION = (" e.g.", "(e.g.", " i.e.", "(i.e.", "dr.", "mr.", "mrs.", " ms.", " st.", " vs.", " u.s.")

_STRAIGHT = str.maketrans(
    {"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "“": '"', "”": '"', "—": ", ", "–": "-", "*": "", "_": " "}
)


class Sentence(NamedTuple):
    """One sentence or line of the reply."""

    start: int
    end: int
    plain: str
    """Lower case, straight quotes, single spaces, no markdown."""
    item: bool
    """Whether it begins a list item or a heading."""
    words: int


def sentences(reply: str, *, read_chars: int = READ_CHARS) -> list[Sentence]:
    """The reply's sentences in order, of its first three quarters of `read_chars` and its last quarter.

    Quoted speech and fenced code are not read, unless there is nothing else in the reply.
    """
    long = len(reply) > read_chars
    head, tail = (read_chars * 3 // 4, len(reply) - read_chars // 4) if long else (len(reply), len(reply))
    found = _split(_masked(reply[:head]), at=0) + _split(_masked(reply[tail:]), at=tail)
    return found or _split(reply[:head], at=0)


def without_surrogates(text: str) -> str:
    """The text with lone surrogates, which cannot be encoded, replaced one for one."""
    return text.encode(errors="replace").decode()


def _split(text: str, *, at: int) -> list[Sentence]:
    found: list[Sentence] = []
    held = 0
    ends = _END if "but " in text or "however" in text else _END_WITHOUT_TURNS
    for end in (*(mark.end() for mark in ends.finditer(text)), len(text)):
        if end < len(text) and _unfinished(text[held:end]):
            continue
        if sentence := _sentence(text, held, end, at=at):
            found.append(sentence)
        held = end
    return found


def _unfinished(piece: str) -> bool:
    """A list number or an abbreviation is no sentence: it belongs to what follows."""
    if piece[-1:] != ".":
        return False
    last = piece[-_ABBREVIATION_CHARS:].lower()
    return last.endswith(_ABBREVIATION) or (len(last) < _ABBREVIATION_CHARS and last.strip()[:-1].isdigit())


def _sentence(text: str, start: int, end: int, *, at: int) -> Sentence | None:
    raw = text[start:end]
    left = len(raw) - len(raw.lstrip())
    item = _ITEM.match(raw)
    begin = item or (_LABEL.match(raw) if ":" in raw[:_LABEL_CHARS] else None)
    plain = plainly(raw[begin.end() :] if begin else raw)
    if not plain:
        return None
    return Sentence(at + start + left, at + start + len(raw.rstrip()), plain, item is not None, plain.count(" ") + 1)


def _masked(text: str) -> str:
    """The text with code and quoted speech blanked, every character still in its place."""
    if "```" in text:
        text = _FENCE.sub(lambda code: " " * (code.end() - code.start()), text)
    quoted = _QUOTE.search(text)
    if quoted and quoted.start() > 0:
        text = _QUOTE.sub(_blank_speech, text)
    return text


def _blank_speech(quote: re.Match[str]) -> str:
    """Quoted words of four and more are somebody else's; shorter quotes are terms."""
    inside = quote.group()
    return inside if inside.count(" ") < 3 else '"' + " " * (len(inside) - 2) + '"'


def plainly(text: str) -> str:
    """As the signs read it."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", without_surrogates(text).translate(_STRAIGHT))
    if "*" in text or "_" in text or "`" in text:
        text = text.translate(_STRAIGHT)
    return " ".join(text.lower().split()).strip(" #>|~")
