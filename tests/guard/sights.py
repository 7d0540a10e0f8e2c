"""Sights of each place, and a reply that goes through a guard in pieces."""

from collections.abc import Sequence
from itertools import pairwise

from meant.core.guard import Place, Sight
from meant.core.request import Request
from meant.core.turn import Role, ToolCall, Turn
from meant.guard.cascade import Cascade
from meant.guard.contract import Guard
from meant.guard.guarded import Guarded
from tests.guard.fakes import Says, layer

ROLES: dict[Place, Role] = {"input": "user", "retrieved": "tool", "output": "assistant", "call": "assistant"}


def sight(place: Place, text: str, *before: Turn) -> Sight:
    """The text in question, after what was said before."""
    if place == "call":
        call = ToolCall(id="c", tool="send", malformed=text)
        return Sight(place, text, (*before, Turn(role="assistant", text="", calls=(call,))), call)
    turn = Turn(role=ROLES[place], text=text, answers="c" if place == "retrieved" else None)
    return Sight(place, text, (*before, turn))


def everywhere(text: str, *before: Turn) -> list[Sight]:
    """The same text at each place."""
    return [sight(place, text, *before) for place in ROLES]


def split(text: str, cuts: Sequence[int]) -> tuple[str, ...]:
    """The text in pieces, cut where it says."""
    at = [0, *sorted(cut % (len(text) + 1) for cut in cuts), len(text)]
    return tuple(text[a:b] for a, b in pairwise(at))


async def whole(guard: Guard, text: str, asked: Sequence[Turn]) -> str:
    """What a client reads of the reply that says `text`."""
    system = Guarded(Says((text,)), Cascade((layer(guard),), "block"), "No.")
    return (await system.reply(asked)).turn.text


async def streamed(guard: Guard, pieces: Sequence[str], asked: Sequence[Turn]) -> str:
    """What a client reads where it comes in pieces."""
    system = Guarded(Says(tuple(pieces)), Cascade((layer(guard),), "block"), "No.")
    return "".join([delta.text async for delta in system.converse(Request(turns=tuple(asked), stream=True))])
