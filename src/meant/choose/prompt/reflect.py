"""Edits proposed by a model that reads what failed, as in GEPA (Agrawal et al. 2025, arXiv:2507.19457).

Its rule: what the model writes is only ever a prompt that is tried. A reply is the form that was asked for or it is
malformed, for a reason; nothing is guessed out of it. Of GEPA its reflection on failures is taken; crossing prompts
and its Pareto sampling of parents are not, since edits are screened together anyway.
"""

from collections.abc import Sequence
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from meant.choose.prompt.contract import Failure, Seen
from meant.choose.prompt.edits import Edit
from meant.choose.prompt.pieces import Prompt
from meant.core.base import Value
from meant.core.policy import Text
from meant.judge.checks.structure import only_json
from meant.judge.llm.quoting import mark_of, quote

MOST = 8
"""Edits that are asked for."""
SHOWN = 6
"""Failures that are shown."""
LONGEST = 500
"""Characters of a reply that are shown."""
_EXPECTED = {"comply": "answer it in full", "refuse": "decline it", "abstain": "say that it cannot be known",
             "correct": "correct what it assumes", "answer": "answer it rightly"}  # fmt: skip


class Malformed(ValueError):
    """The reply is not what was asked for. The message is the reason."""


class _OnPiece(Value):
    do: Literal["replace"]
    piece: int
    text: Annotated[str, Field(min_length=1, max_length=600)]


class _Drop(Value):
    do: Literal["drop"]
    piece: int


class _Insert(Value):
    do: Literal["insert"]
    text: Annotated[str, Field(min_length=1, max_length=600)]


class _Reflection(Value):
    why: Text
    edits: Annotated[
        tuple[Annotated[_OnPiece | _Drop | _Insert, Field(discriminator="do")], ...],
        Field(min_length=1, max_length=MOST),
    ]


def request(prompt: Prompt, seen: Seen) -> str:
    """What the model is asked."""
    free = {at for at, _ in seen.open(prompt)}
    pieces = [f"{at}{'' if at in free else ' [fixed]'}: {piece.text}" for at, piece in enumerate(prompt.pieces)]
    shown = list(seen.failures)
    seen.chance.shuffle(shown)
    form = (files("meant.choose.prompt") / "reflect.txt").read_text("utf-8")
    made = "\n".join(_made(edit) for edit in seen.made) or "none"
    filled = {"count": str(MOST), "pieces": "\n".join(pieces), "made": made, "failures": _told(shown[:SHOWN])}
    for name, text in filled.items():
        head, _, tail = form.partition(f"{{{{{name}}}}}")
        form = head + text + tail
    return form.strip()


def read(reply: str, prompt: Prompt, seen: Seen, *, by: str) -> list[Edit]:
    """The edits of a reply. Raises Malformed, also where one touches what must stay."""
    try:
        found = _Reflection.model_validate_json(only_json(reply))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise Malformed(f"{where or 'the reply'}: {first['msg']}") from None
    free = {at for at, _ in seen.open(prompt)}
    edits = [_edit(one, by) for one in found.edits]
    if wrong := [edit.at for edit in edits if edit.do != "insert" and edit.at not in free]:
        raise Malformed(f"piece {wrong[0]} does not exist or must stay as it is")
    if any(not edit.text.strip() for edit in edits if edit.do != "drop"):
        raise Malformed("an empty text")
    return edits


def _made(edit: Edit) -> str:
    return f"- {edit.do}{'' if edit.do == 'insert' else f' piece {edit.at}'}{f': {edit.text}' if edit.text else ''}"


def _edit(one: _OnPiece | _Drop | _Insert, by: str) -> Edit:
    if isinstance(one, _Insert):
        return Edit("insert", -1, one.text.strip(), by)
    return Edit(one.do, one.piece, one.text.strip() if isinstance(one, _OnPiece) else "", by)


def _told(failures: Sequence[Failure]) -> str:
    parts = list[tuple[str, str]]()
    for f in failures:
        wanted = f"{_EXPECTED.get(f.expect, f.expect)} (rule: {f.principle})"
        parts += [("a user said", f.prompt), ("the assistant said", f.reply[:LONGEST]), ("expected was", wanted)]
    return quote(parts, mark=mark_of(texts=[text for _, text in parts]))
