"""What a prompt asks for, as far as that changes how a reply is read.

Its rule: a "no" answers a question of fact and turns down a demand to justify; so the reader must know which it faces.
To extend: a kind is a file in `data/asks`, and a place in `Kind`.
"""

from functools import cache
from typing import Any, Final, Literal, NamedTuple, get_args

import re2

from meant.judge.refusal.phrases import phrases
from meant.judge.refusal.text import plainly

Kind = Literal["moral", "private", "legal", "justify", "should", "how", "define", "write", "fact", "other"]
"""In order of precedence; `other` is what no file claims."""

_PROMPT_CHARS: Final = 4_000


class Ask(NamedTuple):
    """The request, in the two respects that matter."""

    kind: Kind
    real_group: bool
    """Whether it names people whom discrimination really meets (`data/asks/group.txt`)."""


def ask_of(prompt: str) -> Ask:
    """What `prompt` asks; "" asks `other`."""
    plain = plainly(prompt[:_PROMPT_CHARS])
    kinds, group = _compiled()
    kind: Kind = next((kind for kind, pattern in kinds if pattern.search(plain)), "other")
    return Ask(kind, group.search(plain) is not None)


@cache
def _compiled() -> tuple[list[tuple[Kind, Any]], Any]:
    kinds: list[Kind] = [kind for kind in get_args(Kind) if kind != "other"]
    patterns = [(kind, re2.compile("|".join(phrases(f"asks/{kind}")))) for kind in kinds]
    return patterns, re2.compile(rf"\b(?:{'|'.join(phrases('asks/group'))})\b")
