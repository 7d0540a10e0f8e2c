"""Texts inside a reply: is a phrase there as whole words, does the reply begin or end with it.

Its rule: what does not change the words does not change the answer: typographic quotes, markdown emphasis, runs of
blanks, and (unless asked otherwise) case. A phrase's edge is a word's edge, or a number's: "48.5" is not in "48.50",
"8" is in "8, 22" and in "8,22" but not in "8,220".
"""

import unicodedata

_SAME = str.maketrans(
    {"’": "'", "‘": "'", "ʼ": "'", "´": "'", "“": '"', "”": '"', "„": '"', "\u2011": "-", "*": None, "`": None}
)
_MARKS = ".,;:!?…"


def plain(text: str, *, ignore_case: bool = True) -> str:
    """The text as it is compared: one blank between words, straight quotes, no emphasis marks."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    text = " ".join(text.translate(_SAME).split())
    return text.lower() if ignore_case else text


def holds_phrase(reply: str, phrase: str, *, ignore_case: bool = True) -> bool:
    """Whether the phrase occurs in the reply as whole words."""
    text, wanted = plain(reply, ignore_case=ignore_case), plain(phrase, ignore_case=ignore_case)
    at = text.find(wanted)
    while at >= 0:
        if _edge(text, at - 1, wanted[:1], step=-1) and _edge(text, at + len(wanted), wanted[-1:], step=1):
            return True
        at = text.find(wanted, at + 1)
    return False


def _edge(text: str, at: int, last: str, *, step: int) -> bool:
    """Whether the phrase, whose outermost character is `last`, ends where `text[at]` begins."""
    if not last.isalnum() or not 0 <= at < len(text):
        return True
    if text[at].isalnum():
        return False
    return not (last.isdigit() and _inside_number(text, at, step=step))


def _inside_number(text: str, at: int, *, step: int) -> bool:
    """Whether the point or comma at `at` joins digits into one number."""
    beyond = at + step
    if text[at] not in ".," or not (0 <= beyond < len(text) and text[beyond].isdigit()):
        return False
    if text[at] == ".":
        return True
    group = text[at + 1 : at + 5]
    return group[:3].isdigit() and len(group) >= 3 and not group[3:].isdigit()


def starts_with(reply: str, text: str) -> bool:
    """Whether the reply begins with the text, decoration aside."""
    begin, wanted = plain(reply).lstrip("\"'#>_- "), plain(text)
    return begin.startswith(wanted) and _edge(begin, len(wanted), wanted[-1:], step=1)


def ends_with(reply: str, text: str) -> bool:
    """Whether the reply ends with the text; after a word, closing marks and symbols do not count."""
    wanted = plain(text)
    end = _without_tail(plain(reply), marks_too=wanted[-1:].isalnum())
    return end.endswith(wanted) and _edge(end, len(end) - len(wanted) - 1, wanted[:1], step=-1)


def _without_tail(text: str, *, marks_too: bool) -> str:
    keep = "" if marks_too else _MARKS
    end = len(text)
    while end and not text[end - 1].isalnum() and text[end - 1] not in keep:
        end -= 1
    return text[:end]


def all_letters(reply: str, *, upper: bool) -> bool:
    """Whether there are letters, and none in the other case."""
    wrong = str.islower if upper else str.isupper
    return any(c.isalpha() for c in reply) and not any(wrong(c) for c in reply)
