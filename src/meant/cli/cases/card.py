"""A draft as a person reads it: the principle from both sides, the case, and what it stands on."""

import json
from collections.abc import Iterator

from rich.text import Text

from meant.cli.lines import line, principle_lines
from meant.core.case import split_of
from meant.core.draft import CaseLine, Draft, missing_of
from meant.core.policy import Principle

_SHOWN = ("prompt", "turns", "expect", "family", "principle", "name", "origin")


def card_of(draft: Draft, case: CaseLine, principle: Principle | None) -> Iterator[Text]:
    """Its lines."""
    yield from principle_lines(principle) if principle else [line("principle", str(case.get("principle")))]
    yield Text()
    yield from _said(case)
    yield Text()
    yield line("expects", str(case.get("expect", "")), style="bold")
    for field, value in case.items():
        if field not in _SHOWN:
            yield line(field, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
    family = str(case.get("family", ""))
    yield line("family", f"{family} ({split_of(family)})")
    yield line("from", f"{draft.about}, by {draft.by.kind} {draft.by.name}, {draft.at:%Y-%m-%d}")
    yield line("because", draft.why)
    if draft.unsure:
        yield line("UNSURE", draft.unsure, style="yellow")
    if missing := missing_of(case):
        yield line("MISSING", ", ".join(missing), style="yellow")
    if case != draft.case:
        yield line("edited", "yes")


def _said(case: CaseLine) -> Iterator[Text]:
    turns = case.get("turns")
    if isinstance(turns, list):
        for turn in turns:
            if isinstance(turn, dict):
                yield line(str(turn.get("role", "")), str(turn.get("text", "")))
    else:
        yield line("user", str(case.get("prompt", "")))
