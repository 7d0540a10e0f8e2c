"""What the two processes say to each other: one frame a message, four bytes of length (big-endian), then JSON.

To add a message: a frozen dataclass here, listed in `MESSAGES`. Both sides are of one version, always: a message that
this version does not know is an error.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Literal

import orjson

LENGTH_BYTES = 4
MAX_BYTES = 1 << 28

Talk = list[dict[str, str]]
"""Turns, as chat templates want them: `role` and `content`."""
Marks = dict[str, str]
"""Characters that stand in the turns for tags of the prompt's own format, and the tags, which may be control tokens."""
FailureKind = Literal["rejected", "server", "protocol"]


class WireError(ValueError):
    """Bytes that are no message of this version."""


@dataclass(frozen=True)
class Load:
    """First message to a child: what to load, and how."""

    path: str
    sha256: str
    context: int
    """Tokens of prompt and reply together, at most."""
    control: list[str]
    """Tokens with a meaning of their own; text that spells one is never read as one."""
    ends: list[str]
    """Tokens that end a reply."""
    threads: int
    at_once: int


@dataclass(frozen=True)
class Ask:
    """Answer the last turn."""

    id: int
    turns: Talk
    temperature: float
    top_p: float
    max_tokens: int
    stop: list[str]
    seed: int | None
    stream: bool
    marks: Marks = field(default_factory=dict)


@dataclass(frozen=True)
class Score:
    """Say how likely each continuation of the assistant's turn is."""

    id: int
    turns: Talk
    continuations: list[str]
    marks: Marks = field(default_factory=dict)


@dataclass(frozen=True)
class Show:
    """Render the prompt."""

    id: int
    turns: Talk
    marks: Marks = field(default_factory=dict)


@dataclass(frozen=True)
class Cancel:
    """Nobody waits for the answer any more."""

    id: int


@dataclass(frozen=True)
class Ready:
    """The child has loaded its model."""


@dataclass(frozen=True)
class Unfit:
    """The child cannot load the model, and never will: `reason` names the remedy."""

    reason: str


@dataclass(frozen=True)
class Began:
    """The first token is there."""

    id: int


@dataclass(frozen=True)
class Piece:
    """More text of a streamed answer."""

    id: int
    text: str


@dataclass(frozen=True)
class Done:
    """The answer, whole."""

    id: int
    text: str
    finish: Literal["stop", "length"]
    input_tokens: int
    logprobs: list[float]
    """One a generated token, the token that ends the reply included."""


@dataclass(frozen=True)
class Scored:
    """One list of log-probabilities a continuation, one value a token."""

    id: int
    tokens: list[list[float]]


@dataclass(frozen=True)
class Shown:
    """The rendered prompt."""

    id: int
    text: str


@dataclass(frozen=True)
class Failed:
    """There will be no answer to this request."""

    id: int
    kind: FailureKind
    reason: str


Request = Ask | Score | Show | Cancel
ToChild = Load | Request
FromChild = Ready | Unfit | Began | Piece | Done | Scored | Shown | Failed
Message = ToChild | FromChild
MESSAGES: dict[str, type[Message]] = {
    kind.__name__: kind
    for kind in (Load, Ask, Score, Show, Cancel, Ready, Unfit, Began, Piece, Done, Scored, Shown, Failed)
}


def framed(message: Message) -> bytes:
    """One message as a frame."""
    body = orjson.dumps([type(message).__name__, asdict(message)])
    return len(body).to_bytes(LENGTH_BYTES, "big") + body


def parsed(body: bytes) -> Message:
    """One message from a frame's body. Raises WireError."""
    try:
        name, fields = orjson.loads(body)
        return MESSAGES[name](**fields)
    except (ValueError, TypeError, KeyError) as error:
        raise WireError(f"no message of this version: {body[:80]!r}") from error


def length(head: bytes) -> int:
    """Bytes of the body that follows these four. Raises WireError for a length that no message has."""
    size = int.from_bytes(head, "big")
    if size > MAX_BYTES:
        raise WireError(f"a frame of {size} bytes: something else than this protocol writes to the pipe")
    return size


class Frames:
    """Messages from bytes that arrive in pieces of any size."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def feed(self, data: bytes) -> Iterator[Message]:
        """Every message that is complete now. Raises WireError."""
        self._bytes += data
        while len(self._bytes) >= LENGTH_BYTES:
            end = LENGTH_BYTES + length(bytes(self._bytes[:LENGTH_BYTES]))
            if len(self._bytes) < end:
                return
            body = bytes(self._bytes[LENGTH_BYTES:end])
            del self._bytes[:end]
            yield parsed(body)
