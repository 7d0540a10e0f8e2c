"""Puts a sentence as a short imperative, by rules: "Please try to be brief." becomes "Be brief."."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from meant.choose.prompt.contract import Seen, lines_of
from meant.choose.prompt.edits import Edit
from meant.choose.prompt.pieces import Prompt


@dataclass(frozen=True)
class Sharpen:
    """The rules stand in `lists/sharpen.txt`."""

    def propose(self, prompt: Prompt, seen: Seen) -> Iterator[Edit]:
        """One edit for each piece that a rule shortens, in order."""
        rules = [_rule(line) for line in lines_of("sharpen")]
        for at, piece in seen.open(prompt):
            text = sharpened(piece.text, rules)
            if text != piece.text:
                yield Edit("replace", at, text)


def sharpened(text: str, rules: list[tuple[re.Pattern[str], str]]) -> str:
    """The text after the rules, those with a wording of their own first, and a capital where it begins."""
    mark = re.match(r"\s*(?:[-*+•]|\d{1,3}[.)])\s+|\s*", text)
    head = mark[0] if mark else ""
    body = text[len(head) :]
    for pattern, new in sorted(rules, key=lambda rule: not rule[1]):
        body = pattern.sub(new, body)
    body = " ".join(body.split(" ")).strip()
    return head + body[:1].upper() + body[1:]


def _rule(line: str) -> tuple[re.Pattern[str], str]:
    pattern, _, new = line.partition("  ")
    new = new.strip()
    tail = "" if pattern.endswith("?") else r"\s+"
    return re.compile(f"(?i){pattern.rstrip()}{tail}"), f"{new} " if new else ""


PLUGIN = Sharpen
