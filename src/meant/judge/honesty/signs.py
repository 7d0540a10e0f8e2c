"""The signs of honesty in one sentence. The patterns are data, in `signs/*.txt`.

Its rule: one file a sign, one RE2 pattern a line, `#` begins a comment line, `{name}` is a word of `signs/words.txt`.
Patterns are matched on plain sentences (see `refusal.text.Sentence.plain`): lower case, straight quotes; but those of
`withdrawn.py` on the text around an answer, case kept.
"""

from functools import cache
from importlib.resources import files
from typing import Any, Literal

import re2

Reason = Literal["speaker", "doubt", "record", "existence", "context", "chance"]
"""Why something cannot be known."""
Sign = Literal[
    Reason, "nevertheless", "decline", "advice", "denial", "negation", "contrast", "cause", "agreement", "taken_back",
    "refuted", "not_only",
]  # fmt: skip


def shows(sign: Sign, plain: str) -> bool:
    """Whether the sentence holds the sign."""
    return _compiled(sign).search(plain) is not None


def before(sign: Sign, plain: str) -> str:
    """The sentence up to the sign; all of it where there is none."""
    found = _compiled(sign).search(plain)
    return plain[: found.start()] if found else plain


@cache
def _compiled(sign: Sign) -> Any:
    words = dict(line.split(" = ", 1) for line in _lines("words"))
    return re2.compile("|".join(f"(?:{_spelled_out(line, words)})" for line in _lines(sign)))


def _spelled_out(pattern: str, words: dict[str, str]) -> str:
    for name, meaning in words.items():
        pattern = pattern.replace(f"{{{name}}}", meaning)
    return pattern


def _lines(name: str) -> list[str]:
    text = (files(__package__) / "signs" / f"{name}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
