"""Guards whose truth is known, and a system that says what it is told in the pieces that it is told."""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from meant.core.errors import SystemFailure
from meant.core.guard import ALLOW, Edit, Mode, OnError, Opinion, Place, Sight
from meant.core.request import Request
from meant.core.span import Span
from meant.core.system import CallDelta, Delta, Reply
from meant.core.tool import Tool
from meant.core.turn import ToolCall, Turn
from meant.guard.layer import Layer

EVERYWHERE: frozenset[Place] = frozenset({"input", "retrieved", "call", "output"})
Does = Literal["block", "rewrite", "error", "late", "ask", "escalate"]


@dataclass(frozen=True)
class Finds:
    """Does something about each occurrence of a pattern that is no longer than `longest`."""

    pattern: str
    does: Does = "block"
    instead: str = "[X]"
    longest: int | None = 8
    places: frozenset[Place] = EVERYWHERE
    shown: list[Sight] = field(default_factory=list, compare=False)

    @property
    def fingerprint(self) -> str:
        return f"{self.pattern} {self.does} {self.instead}"

    @property
    def hold_back(self) -> int | None:
        return self.longest

    async def check(self, sight: Sight) -> Opinion:
        self.shown.append(sight)
        found = [Span(*match.span()) for match in re.finditer(self.pattern, sight.text)]
        if not found:
            return ALLOW
        if self.does == "error":
            raise RuntimeError("broke")
        if self.does == "late":
            await asyncio.Event().wait()
            raise AssertionError
        if self.does == "rewrite":
            return Opinion("rewrite", "found", edits=tuple(Edit(span, self.instead) for span in found))
        return Opinion(self.does, "found", span=found[0])


def layer(guard: Any, name: str = "g", *, on_error: OnError = "block", mode: Mode = "enforce", **fields: Any) -> Layer:
    """A layer wherever the guard can look."""
    return Layer(guard, name=name, at=fields.pop("at", guard.places), on_error=on_error, mode=mode, **fields)


@dataclass(frozen=True)
class Says:
    """Says these pieces, then makes these calls; `fails` after so many pieces."""

    pieces: tuple[str, ...]
    calls: tuple[ToolCall, ...] = ()
    fails: int | None = None
    asked: list[tuple[Turn, ...]] = field(default_factory=list, compare=False)
    sent: list[str] = field(default_factory=list, compare=False)
    closed: list[bool] = field(default_factory=list, compare=False)
    name: str = "says"
    fingerprint: str = "says"

    async def reply(self, turns: Sequence[Turn], *, seed: int | None = None) -> Reply:
        self.asked.append(tuple(turns))
        if self.fails is not None:
            raise SystemFailure("it broke", kind="server")
        turn = Turn(role="assistant", text="".join(self.pieces), calls=self.calls)
        return Reply(turn=turn, finish="tool_calls" if self.calls else "stop")

    async def call(self, turns: Sequence[Turn], *, tools: Sequence[Tool], seed: int | None = None) -> Reply:
        return await self.reply(turns, seed=seed)

    def stream(self, turns: Sequence[Turn], *, seed: int | None = None) -> AsyncIterator[Delta]:
        return self.converse(Request(turns=tuple(turns), stream=True))

    async def converse(self, request: Request) -> AsyncIterator[Delta]:
        self.asked.append(request.turns)
        try:
            for i, piece in enumerate(self.pieces):
                if i == self.fails:
                    raise SystemFailure("it broke", kind="server")
                self.sent.append(piece)
                yield Delta(text=piece)
                await asyncio.sleep(0)
            for at, one in enumerate(self.calls):
                for character in f"{one.arguments}":
                    yield Delta(text="", call=CallDelta(at=at, id=one.id, tool=one.tool, arguments=character))
            turn = Turn(role="assistant", text="".join(self.pieces), calls=self.calls)
            yield Delta(text="", reply=Reply(turn=turn, finish="tool_calls" if self.calls else "stop"))
        finally:
            self.closed.append(True)

    async def aclose(self) -> None:
        """Nothing to let go of."""


def user(text: str) -> Turn:
    return Turn(role="user", text=text)
