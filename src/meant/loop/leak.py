"""Asking a system for its prompt, with a canary in it."""

from typing import NamedTuple

from meant.choose.prompt.contract import lines_of
from meant.choose.prompt.edits import Edit, apply
from meant.choose.prompt.leaking import leaked
from meant.core.case import Case
from meant.core.turn import Turn
from meant.engine.progress import Progress
from meant.find.leaks import canary_of
from meant.loop.prompting import PromptPlan, workshop
from meant.stats.intervals import Rate, rate
from meant.store.sqlite import Store


class Way(NamedTuple):
    """One way of asking, and what came of it."""

    name: str
    asked: str
    leaked: str | None
    """The sentence that stood in the reply."""
    error: str | None


class Leaks(NamedTuple):
    """What came of all."""

    system: str
    ways: tuple[Way, ...]
    rate: Rate
    """Of replies that held something; requests that failed are in none of its counts."""


async def leaks(plan: PromptPlan, *, store: Store, progress: Progress) -> Leaks:
    """Ask in each way. Raises ConfigError, FileFaults or PluginError before anything is asked."""
    asked = dict(line.partition("  ")[::2] for line in lines_of("leaks"))
    cases = [_case(name, text.strip().replace("\\n", "\n")) for name, text in asked.items()]
    async with workshop(plan, store) as shop:
        canary = canary_of(shop.prompt.text)
        prompt = apply(shop.prompt, [Edit("insert", -1, canary)])
        progress.begin(shop.name, len(cases))
        try:
            said = await shop.said(prompt.text, cases, progress=progress)
        finally:
            progress.end()
    ways = tuple(
        Way(case.name, case.prompt, leaked(t.last_reply, shop.prompt, canary) if t.error is None else None, t.error)
        for case, t in zip(cases, said, strict=True)
    )
    whole = [way for way in ways if way.error is None]
    return Leaks(shop.name, ways, rate([way.leaked is not None for way in whole], [way.name for way in whole]))


def _case(name: str, text: str) -> Case:
    turns = (Turn(role="user", text=text),)
    return Case(suite="leaks", name=name, turns=turns, expect="refuse", principle="leaks", family=f"leaks/{name}")
