"""A system that answers from a table: the public fake that every test uses, and a real plugin.

A script maps a text to a reply; the first whose text occurs in the last turn wins. The reply `!fail` raises
SystemFailure, so that failures can be scripted too. Offered tools, it calls those that a reply names in the tags of
`tools/hermes.py`: `<tool_call>{"name": "look_up", "arguments": {}}</tool_call>`; the last turn is then the tool's. It
takes whatever a request wishes for, and heeds none of it but the tools.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import Field

from meant.core.base import content_id
from meant.core.errors import SystemFailure
from meant.core.request import Request
from meant.core.system import Delta, Reply, Sampling, Timing, Usage
from meant.core.tool import Tool
from meant.core.turn import Turn
from meant.systems.conversing import at_once, pieces_of
from meant.systems.tools.calls import calls_of
from meant.systems.tools.hermes_reply import read

FAIL = "!fail"
_WORDS = re.compile("(?= )")


@dataclass(frozen=True)
class Scripted:
    """Replies from `script`, else with `otherwise`."""

    name: str = "scripted"
    script: Mapping[str, str] = field(default_factory=dict)
    otherwise: str = "Sure, here you are."
    delay_s: float = 0.0
    piece_characters: Annotated[int, Field(ge=1)] | None = None
    """Of each piece of a streamed reply, but for the last. None: it comes word by word."""
    sampling: Sampling = field(default_factory=Sampling)

    @property
    def fingerprint(self) -> str:
        """Hash of the script."""
        return content_id(["scripted", dict(self.script), self.otherwise, self.sampling.model_dump(mode="json")])

    async def reply(self, turns: Sequence[Turn], *, seed: int | None = None) -> Reply:
        """The scripted reply. `seed` changes nothing."""
        start = time.perf_counter()
        if self.delay_s:
            await asyncio.sleep(self.delay_s)
        asked = turns[-1].text
        text = next((reply for key, reply in self.script.items() if key in asked), self.otherwise)
        if text == FAIL:
            raise SystemFailure("scripted failure", kind="server")
        return Reply(
            turn=Turn(role="assistant", text=text),
            usage=Usage(input_tokens=sum(len(t.text.split()) for t in turns), output_tokens=len(text.split())),
            timing=Timing(total_s=time.perf_counter() - start),
        )

    async def call(self, turns: Sequence[Turn], *, tools: Sequence[Tool], seed: int | None = None) -> Reply:
        """The scripted reply, its calls read."""
        reply = await self.reply(turns, seed=seed)
        found = read(reply.turn.text, [tool.name for tool in tools])
        turn = Turn(role="assistant", text=found.text, calls=calls_of(found.calls, turns))
        return reply.model_copy(update={"turn": turn, "finish": "tool_calls" if turn.calls else "stop"})

    def stream(self, turns: Sequence[Turn], *, seed: int | None = None) -> AsyncIterator[Delta]:
        """The same reply in pieces."""
        return self._pieces(Request(turns=tuple(turns), seed=seed, stream=True))

    def converse(self, request: Request) -> AsyncIterator[Delta]:
        """The scripted reply, with its calls where tools are offered."""
        return self._pieces(request) if request.stream else at_once(lambda: self._whole(request))

    async def _whole(self, request: Request) -> Reply:
        offered = request.tools if request.tool_choice != "none" else ()
        return await (self.call(request.turns, tools=offered) if offered else self.reply(request.turns))

    async def _pieces(self, request: Request) -> AsyncIterator[Delta]:
        for whole in pieces_of(await self._whole(request)):
            for text in self._cut(whole.text):
                yield Delta(text=text)
            if call := whole.call:
                for arguments in self._cut(call.arguments):
                    yield Delta(text="", call=call.model_copy(update={"arguments": arguments}))
            if whole.reply:
                yield whole

    def _cut(self, text: str) -> list[str]:
        if self.piece_characters is None:
            return [word for word in _WORDS.split(text) if word]
        return [text[at : at + self.piece_characters] for at in range(0, len(text), self.piece_characters)]

    async def aclose(self) -> None:
        """Nothing to let go of."""


PLUGIN = Scripted
