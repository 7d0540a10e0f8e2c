"""The parts of a prompt that can be taken out: pieces, paragraphs, or sections with all that stands under a heading."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Literal, NamedTuple

from meant.choose.prompt.pieces import Piece, Prompt

By = Literal["piece", "paragraph", "section"]


class Unit(NamedTuple):
    """Neighbouring pieces."""

    name: str
    """What it is called: the rule's id, or how it begins."""
    start: int
    stop: int
    """Up to, not including."""
    text: str


def units(prompt: Prompt, by: By) -> list[Unit]:
    """The parts in order. Headings alone are none; sections nest, and without headings there is one, the whole."""
    if by == "piece":
        spans = [(i, i + 1) for i, piece in enumerate(prompt.pieces) if piece.kind != "heading"]
    elif by == "paragraph":
        spans = list(_paragraphs(prompt))
    else:
        spans = list(_sections(prompt))
    return [_unit(prompt, start, stop) for start, stop in spans]


def without(prompt: Prompt, start: int, stop: int) -> Prompt:
    """The prompt without these pieces; what stood before and after is kept apart as far as it was on either side."""
    before, out, after = prompt.pieces[:start], prompt.pieces[start:stop], prompt.pieces[stop:]
    if before and out:
        gap = max(before[-1].gap, out[-1].gap, key=wide) if after else out[-1].gap
        before = (*before[:-1], before[-1]._replace(gap=gap))
    return prompt._replace(pieces=before + after)


def swapped(prompt: Prompt, start: int, stop: int, text: str) -> Prompt:
    """The prompt with this text in the place of these pieces."""
    new = Piece(text, prompt.pieces[stop - 1].gap, prompt.pieces[start].kind)
    return prompt._replace(pieces=(*prompt.pieces[:start], new, *prompt.pieces[stop:]))


def wide(gap: str) -> tuple[int, int]:
    """How far a gap keeps apart: lines before spaces."""
    return gap.count("\n"), len(gap)


def _unit(prompt: Prompt, start: int, stop: int) -> Unit:
    pieces = prompt.pieces[start:stop]
    text = "".join(p.text + p.gap for p in pieces).strip()
    rules = {p.rule for p in pieces}
    rule = next(iter(rules)) if len(rules) == 1 else None
    return Unit(rule or _beginning(text), start, stop, text)


def _beginning(text: str, width: int = 48) -> str:
    line = " ".join(text.split())
    return line if len(line) <= width else line[: width - 1].rsplit(" ", 1)[0] + "…"


def _paragraphs(prompt: Prompt) -> Iterator[tuple[int, int]]:
    """What no blank line, no heading and no change from text to a list divides."""
    pieces, start = prompt.pieces, 0
    for i, (one, other) in enumerate(pairwise(pieces), start=1):
        if one.kind != other.kind or one.gap.count("\n") > 1:
            if one.kind != "heading":
                yield start, i
            start = i
    if pieces and pieces[-1].kind != "heading":
        yield start, len(pieces)


def _sections(prompt: Prompt) -> Iterator[tuple[int, int]]:
    levels = [len(p.text) - len(p.text.lstrip("#")) if p.kind == "heading" else 0 for p in prompt.pieces]
    first = next((i for i, level in enumerate(levels) if level), len(levels))
    if first:
        yield 0, first
    for i, level in enumerate(levels):
        if level:
            yield i, next((j for j in range(i + 1, len(levels)) if 0 < levels[j] <= level), len(levels))
