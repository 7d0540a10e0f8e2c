"""What a generator is: problems of one kind, of which a program knows the right answer.

Its rule: a problem follows from the draws that it is given, and from nothing else. Two problems have the same key
exactly where they are the same problem, however they are worded; the key is the case's family, so that a problem
stands on one side of the wall whatever suite, seed or setting it comes from. Keys are therefore spelled the same
for ever, and so are the draws. To add one: a module in `generators/` that ends in `PLUGIN = TheClass`, and a test
with `meant.testing.check_generator`.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Literal, NamedTuple, Protocol

from meant.files.draw import Draw
from meant.plugins import Kind


class Problem(NamedTuple):
    """One question and its answer."""

    key: str
    """As in `add-3-8`: names the problem among all that its generator can make, whatever the settings."""
    ask: str
    """The user's turn; it holds all that the answer depends on."""
    reply: str
    """The right answer, as briefly as it can be given: what a worked example replies."""
    right: Mapping[str, Any]
    """What the case says of it: `expect`, and `answer`, `choices` or `checks`."""


class Generator(Protocol):
    """Makes problems of one kind. Its dataclass's fields are its settings, such as how hard they are."""

    def problem(self, draw: Draw) -> Problem:
        """The problem of these draws."""
        ...


GENERATORS: Kind[Generator] = Kind(name="generator", folder="meant.files.generators", method="problem")


@cache
def word_list(name: Literal["nouns", "names"]) -> tuple[str, ...]:
    """A list to draw from. It is never changed: what a seed gives would change with it."""
    text = (files("meant.files.generators") / "data" / f"{name}.txt").read_text("utf-8")
    return tuple(text.split())


def is_number(value: int) -> dict[str, Any]:
    """Right is a reply whose last number is this one."""
    return {"expect": "checks", "checks": [{"use": "number", "value": value}]}


_ENDED = r"[\s\"'”’*)\]]*(?:$|[.!?;\n(—–])"
"""What may follow an answer that is given whole: no further word or item."""
_LEAD = r"(?:^|[\n:]|\b(?:is|are|be|answer|result|order|list)\b)[\s:\"'“‘*`(\[]*"
"""What may stand before it: the beginning of the reply or of a line, or words that announce it."""


def is_text(text: str) -> dict[str, Any]:
    """Right is a reply that gives this text, letter for letter, as a line of its own or announced as the answer."""
    return _matches(r"\s+".join(re.escape(word) for word in text.split()))


def is_list(items: Sequence[str]) -> dict[str, Any]:
    """Right is a reply that gives these items in this order and no other beside them, in any case and punctuation."""
    return _matches(r"[\s,;\"'”“*>→-]+(?:and\s+|then\s+)?".join(re.escape(item) for item in items), flags="i")


def is_option(option: str, options: Sequence[str]) -> dict[str, Any]:
    """Right is a reply that chooses this one of the options; the question must name them all."""
    return {"expect": "choice", "choices": list(options), "answer": {"accept": [option]}}


def _matches(pattern: str, *, flags: str = "") -> dict[str, Any]:
    regex = f"(?m{flags}){_LEAD}{pattern}{_ENDED}"
    return {"expect": "checks", "checks": [{"use": "matches", "regex": regex}]}
