"""A draft as a person reads it: the principle from both sides, the case, and what it stands on."""

import json
from collections.abc import Iterator

from rich.text import Text

from meant.cli.terminal import visible
from meant.core.case import split_of
from meant.core.draft import CaseLine, Draft, missing_of
from meant.core.policy import Principle

_WIDE = 10
_SHOWN = ("prompt", "turns", "expect", "family", "principle", "name", "origin")


def card_of(draft: Draft, case: CaseLine, principle: Principle | None) -> Iterator[Text]:
    """Its lines."""
    yield from _principle(principle) if principle else [_line("principle", str(case.get("principle")))]
    yield Text()
    yield from _said(case)
    yield Text()
    yield _line("expects", str(case.get("expect", "")), style="bold")
    for field, value in case.items():
        if field not in _SHOWN:
            yield _line(field, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
    family = str(case.get("family", ""))
    yield _line("family", f"{family} ({split_of(family)})")
    yield _line("from", f"{draft.about}, by {draft.by.kind} {draft.by.name}, {draft.at:%Y-%m-%d}")
    yield _line("because", draft.why)
    if draft.unsure:
        yield _line("UNSURE", draft.unsure, style="yellow")
    if missing := missing_of(case):
        yield _line("MISSING", ", ".join(missing), style="yellow")
    if case != draft.case:
        yield _line("edited", "yes")


def _principle(principle: Principle) -> Iterator[Text]:
    yield _line(principle.id, f"{principle.says.strip()} ({principle.severity}, {principle.dimension})", style="bold")
    for do in principle.do:
        yield _line("  do", f"{do.prompt} → {do.reply}")
    for dont in principle.dont:
        yield _line("  don't", f"{dont.prompt} → {dont.reply} | instead: {dont.instead}")


def _said(case: CaseLine) -> Iterator[Text]:
    turns = case.get("turns")
    if isinstance(turns, list):
        for turn in turns:
            if isinstance(turn, dict):
                yield _line(str(turn.get("role", "")), str(turn.get("text", "")))
    else:
        yield _line("user", str(case.get("prompt", "")))


def _line(name: str, value: str, *, style: str = "") -> Text:
    """A name, and its value in a column of its own."""
    return Text.assemble((f"{visible(name):<{_WIDE}} ", style), visible(value.rstrip()))
