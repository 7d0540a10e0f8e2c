"""The account of one exchange: what is noted while it goes on, and the record that is made of it afterwards.

Noting costs next to nothing; the record is made in the recorder's thread.
"""

import random
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from meant.core.exchange import Ending, Exchange, Recorded, Spoken
from meant.core.request import Request
from meant.core.system import CallDelta, Delta, Reply
from meant.core.transcript import Transcript
from meant.core.turn import ToolCall, Turn
from meant.serve.callers import Caller
from meant.serve.generation import Serving
from meant.systems.tools.calls import call_of

_EPOCH = datetime.fromtimestamp(0, UTC)
_EXCHANGE = Exchange(
    request="",
    at=_EPOCH,
    system="",
    policy="",
    tenant=None,
    key=None,
    dialect="chat",
    ending="failed",
    status=0,
    took_s=0.0,
    asked=Request(turns=()),
)
_TRANSCRIPT = Transcript(case="", system="", fingerprint="", turns=(), at=_EPOCH)
"""Both to be filled in: what an account holds is of the right types already, and validating it takes half the time."""


def fresh_id() -> str:
    """Of a request: later ones are greater, those of one microsecond in no order."""
    return f"{time.time_ns() // 1_000:014x}{random.getrandbits(52):013x}"


@dataclass(slots=True)
class Account:
    """One exchange, from when it is known what is asked of which system."""

    id: str
    at: float
    """Unix seconds."""
    caller: Caller
    serving: Serving
    request: Request
    dialect: Spoken = "chat"
    traceparent: str | None = None
    pieces: list[str] = field(default_factory=list)
    """Of a stream, the text that was sent."""
    called: list[CallDelta] = field(default_factory=list)
    """And the calls, piece by piece."""
    reply: Reply | None = None
    """Once it is there. Whether it was sent, the ending tells: what was done for it is recorded in any case."""
    ending: Ending = "failed"
    error: str | None = None
    status: int = 0
    took_s: float = 0.0
    first_s: float | None = None

    def note(self, sent: Delta) -> None:
        """A piece of a stream was sent."""
        if sent.call is not None:
            self.called.append(sent.call)
        else:
            self.pieces.append(sent.text)

    def recorded(self) -> Recorded:
        """The record."""
        asked = self.request
        exchange = _EXCHANGE.but(
            request=self.id,
            at=datetime.fromtimestamp(self.at, UTC),
            system=self.serving.name,
            policy=self.serving.policy,
            tenant=self.caller.tenant,
            key=self.caller.key,
            dialect=self.dialect,
            ending=self.ending,
            status=self.status,
            took_s=self.took_s,
            first_s=self.first_s,
            traceparent=self.traceparent,
            asked=asked.but(turns=(), dialect=None),
        )
        return Recorded(exchange=exchange, transcript=self._transcript())

    def _transcript(self) -> Transcript:
        reply = self.reply
        said: dict[str, Any] = {}
        if reply is not None:
            said = {
                "usage": reply.usage,
                "finish": reply.finish,
                "timing": reply.timing,
                "logprobs": reply.logprobs,
                "decisions": reply.decisions,
                "guards": reply.guards,
            }
        if self.ending != "answered":
            said |= {"finish": "cancelled" if self.ending in ("hung_up", "cut_off") else None, "logprobs": None}
        return _TRANSCRIPT.but(
            system=self.serving.system.name,
            fingerprint=self.serving.fingerprint,
            turns=self._turns(),
            at=datetime.fromtimestamp(self.at + self.took_s, UTC),
            seed=self.request.seed,
            error=self.error,
            **said,
        )

    def _turns(self) -> tuple[Turn, ...]:
        steps = self.reply.steps if self.reply is not None else ()
        if self.ending == "answered" and self.reply is not None:
            return (*self.request.turns, *steps, self.reply.turn)
        if self.pieces or self.called:
            sent = Turn(role="assistant", text="".join(self.pieces), calls=_calls(self.called))
            return (*self.request.turns, *steps, sent)
        return (*self.request.turns, *steps)


def _calls(pieces: Sequence[CallDelta]) -> tuple[ToolCall, ...]:
    """What the pieces come to; a call that was not sent to its end is malformed, unless it looks whole."""
    by_call = defaultdict[int, list[CallDelta]](list)
    for one in pieces:
        by_call[one.at].append(one)
    return tuple(_call(by_call[at]) for at in sorted(by_call))


def _call(pieces: Sequence[CallDelta]) -> ToolCall:
    text = "".join([one.arguments for one in pieces])
    return call_of(pieces[0].id, pieces[0].tool, text, sound=bool(text))
