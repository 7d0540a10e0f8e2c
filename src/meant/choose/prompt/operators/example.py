"""Adds a policy's example to the prompt: a request and the reply to give, of the principles that fail most."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from meant.choose.prompt.contract import Seen
from meant.choose.prompt.edits import Edit
from meant.choose.prompt.pieces import Prompt
from meant.core.policy import Principle


@dataclass(frozen=True)
class Example:
    """Both sides of the line in one edit, so that an example cannot teach one side alone."""

    most: Annotated[int, Field(ge=1)] = 600
    """Characters of an edit at most."""

    def propose(self, prompt: Prompt, seen: Seen) -> Iterator[Edit]:
        """The first pair of each principle that is short enough; none without failures."""
        for id_ in seen.failing():
            principle = next((p for p in seen.policy.principles if p.id == id_), None)
            text = "" if principle is None else _both(principle)
            if 0 < len(text) <= self.most and text not in prompt.text:
                yield Edit("insert", -1, text)


def _both(principle: Principle) -> str:
    do, dont = principle.do[0], principle.dont[0]
    pairs = ((do.prompt, do.reply), (dont.prompt, dont.instead))
    return "Two examples.\n" + "\n".join(f"Request: {_line(ask)}\nReply: {_line(reply)}" for ask, reply in pairs)


def _line(text: str) -> str:
    return " ".join(text.split())


PLUGIN = Example
