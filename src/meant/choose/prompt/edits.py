"""Changes to a prompt that can be made together, and each taken back alone.

Its rule: an edit speaks of a piece of the prompt as it was at first. Two that speak of one piece exclude each other;
all others can be made at once, and the order in which they are named changes nothing.
"""

import difflib
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from meant.choose.prompt.pieces import Piece, Prompt
from meant.choose.prompt.units import wide

Do = Literal["drop", "replace", "first", "last", "insert"]
"""Leave out; put otherwise; to the head of its list or paragraph; to the end of the prompt; a new paragraph there."""


class Edit(NamedTuple):
    """One change."""

    do: Do
    at: int
    """Which piece, from 0; −1 for `insert`."""
    text: str = ""
    """Of `replace` and `insert`."""
    by: str = ""
    """The operator, or the model, that proposed it."""

    @property
    def slot(self) -> tuple[int, str]:
        """Edits of one slot exclude each other."""
        return self.at, self.text if self.do == "insert" else ""

    @property
    def key(self) -> tuple[str, int, str]:
        """What it does, whoever proposed it."""
        return self.do, self.at, self.text


def apply(prompt: Prompt, edits: Iterable[Edit]) -> Prompt:
    """The prompt after these edits. Raises ValueError where two exclude each other or a piece does not exist."""
    made = sorted(edits, key=lambda edit: (edit.at, edit.text))
    _check(prompt, made)
    by_piece = {edit.at: edit for edit in made if edit.do != "insert"}
    kept = list(_in_place(prompt, by_piece))
    kept = _to_the_head(kept, [at for at, edit in by_piece.items() if edit.do == "first"])
    end = [(edit.text, "sentence") for edit in made if edit.do == "insert"]
    last = [prompt.pieces[at] for at, edit in by_piece.items() if edit.do == "last"]
    pieces = [piece for _, piece in kept]
    new = [Piece(text, "\n\n", "sentence") for text, _ in end] + [p._replace(gap="\n\n") for p in last]
    return prompt._replace(pieces=tuple(_at_the_end(pieces, new)))


def unified_diff(old: str, new: str, *, name: str) -> str:
    """What changed, as `diff -u` says it; empty for equal texts."""
    lines = difflib.unified_diff(
        old.splitlines(keepends=True), new.splitlines(keepends=True), f"{name} (old)", f"{name} (new)"
    )
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _check(prompt: Prompt, edits: list[Edit]) -> None:
    for edit in edits:
        if (edit.do == "insert") != (edit.at == -1) or edit.at >= len(prompt.pieces) or edit.at < -1:
            raise ValueError(f"no piece for {edit}: the prompt has {len(prompt.pieces)}")
    slots = [edit.slot for edit in edits]
    if twice := next((slot for slot in slots if slots.count(slot) > 1), None):
        raise ValueError(f"two edits of one piece: {twice}")


def _in_place(prompt: Prompt, by_piece: dict[int, Edit]) -> Iterator[tuple[int, Piece]]:
    """What stays, with its place at first; where something goes, the wider gap stays."""
    waiting: tuple[int, Piece] | None = None
    for at, piece in enumerate(prompt.pieces):
        edit = by_piece.get(at)
        if edit is not None and edit.do in ("drop", "last"):
            if waiting is not None:
                gap = max(waiting[1].gap, piece.gap, key=wide)
                waiting = waiting[0], waiting[1]._replace(gap=gap)
            continue
        if waiting is not None:
            yield waiting
        waiting = at, piece._replace(text=edit.text) if edit is not None and edit.do == "replace" else piece
    if waiting is not None:
        end = prompt.pieces[-1].gap
        yield waiting[0], waiting[1]._replace(gap=end if waiting[0] != len(prompt.pieces) - 1 else waiting[1].gap)


def _to_the_head(kept: list[tuple[int, Piece]], moving: list[int]) -> list[tuple[int, Piece]]:
    """Each to the head of its run, the last named first; gaps stay where they are."""
    for at in reversed(moving):
        place = next(i for i, (was, _) in enumerate(kept) if was == at)
        head = place
        while head > 0 and _one_run(kept[head - 1][1], kept[place][1]):
            head -= 1
        run = [kept[place], *kept[head:place]]
        gaps = [piece.gap for _, piece in kept[head : place + 1]]
        kept[head : place + 1] = [(was, p._replace(gap=gap)) for (was, p), gap in zip(run, gaps, strict=True)]
    return kept


def _one_run(before: Piece, piece: Piece) -> bool:
    return before.kind == piece.kind and before.gap.count("\n") < 2


def _at_the_end(pieces: list[Piece], new: list[Piece]) -> list[Piece]:
    if not new:
        return pieces
    end = pieces[-1].gap if pieces else ""
    body = [*pieces[:-1], *(p._replace(gap="\n\n") for p in pieces[-1:]), *new]
    return [*body[:-1], body[-1]._replace(gap=end)]
