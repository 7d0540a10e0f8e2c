"""Asking the judge's system. Its failures are the judge's: JudgeFailure, with what the attempt took."""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from meant.core.errors import JudgeFailure, SystemFailure
from meant.core.system import Scores, System, Usage
from meant.core.turn import Turn
from meant.judge.llm.parse import read_object

_SHOWN = 120
"""Characters of an unreadable answer that its error shows."""


class Answer(NamedTuple):
    """What the system answered, as data."""

    fields: Mapping[str, str]
    usage: Usage


def turns_of(system: str, user: str) -> tuple[Turn, Turn]:
    """A question: what the judge is, and what it is asked."""
    return Turn(role="system", text=system), Turn(role="user", text=user)


async def ask(
    system: System, turns: Sequence[Turn], fields: Mapping[str, Sequence[str] | None], *, seed: int | None = None
) -> Answer:
    """The object that the system answers with; fields as for `read_object`. Raises JudgeFailure."""
    try:
        reply = await system.reply(turns, seed=seed)
    except SystemFailure as failure:
        raise JudgeFailure(f"{system.name} did not answer: {failure}") from failure
    if reply.finish != "stop":
        remedy = "; raise its `sampling: max_tokens`" if reply.finish == "length" else ""
        raise JudgeFailure(f"the answer of {system.name} was cut off ({reply.finish}){remedy}", usage=reply.usage)
    try:
        return Answer(read_object(reply.turn.text, fields), reply.usage)
    except JudgeFailure as failure:
        raise JudgeFailure(f"{failure}: {reply.turn.text[:_SHOWN]!r}", usage=reply.usage) from None


async def weigh(system: System, turns: Sequence[Turn], choices: Sequence[str], *, lean: float = 0.0) -> list[float]:
    """Each choice's probability as the whole answer, given that it is one of them. Raises JudgeFailure.

    `lean`, in nats, is added to the first: it makes up for a model that leans to one answer whatever it is asked.
    """
    if not isinstance(system, Scores):
        raise JudgeFailure(f"{system.name} gives no log-likelihoods; set `read: text`")
    try:
        nats = [one.total for one in await system.loglik(turns, choices)]
    except SystemFailure as failure:
        raise JudgeFailure(f"{system.name} gave no log-likelihoods: {failure}") from failure
    nats[0] += lean
    top = max(nats)
    weights = [math.exp(one - top) for one in nats]
    return [weight / sum(weights) for weight in weights]
