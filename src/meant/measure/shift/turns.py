"""Rewriting what the user says in a case, and nothing that anybody else says."""

import re
from collections.abc import Callable

from meant.core.case import Case
from meant.core.turn import Turn

_POINTS_BACK = re.compile(
    r"(?i)\b(?:above|attached|earlier|previous(?:ly)?|(?:the|this|that) (?:text|passage|paragraph|article|document)"
    r"|i sent you|text:)"
)


def points_back(text: str) -> bool:
    """Whether it speaks of another text or of something said before: what is put in front of it could be meant."""
    return _POINTS_BACK.search(text) is not None


def every_user_turn(case: Case, rewrite: Callable[[str], str]) -> tuple[Turn, ...]:
    """The turns with each of the user's rewritten."""
    return tuple(_said(turn, rewrite(turn.text)) if turn.role == "user" else turn for turn in case.turns)


def last_turn(case: Case, text: str) -> tuple[Turn, ...]:
    """The turns with `text` in place of the last one's, which is the user's."""
    return (*case.turns[:-1], _said(case.turns[-1], text))


def _said(turn: Turn, text: str) -> Turn:
    return turn.model_copy(update={"text": text})
