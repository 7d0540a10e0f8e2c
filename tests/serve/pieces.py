"""Replies for hypothesis, and every way to cut them into deltas."""

import json
from collections.abc import Iterator
from typing import NamedTuple

from hypothesis import strategies as st

from meant.core.system import CallDelta, Delta, Finish, Reply, Usage
from meant.core.turn import ToolCall, Turn

TEXTS = st.text(st.characters(codec="utf-8"), max_size=30) | st.sampled_from(
    ["data: [DONE]\n\n", "event: error\ndata: {}\n\n", "\r\n\r\n", "\u2028\x85 🏴‍☠️", '"}]}\\', "\x00\x1f"]
)
ARGUMENTS = st.dictionaries(st.text(max_size=5), st.integers(-(2**63), 2**63) | TEXTS | st.none(), max_size=2)
USAGES = st.just(Usage(input_tokens=11, output_tokens=7))
ENDS: list[Finish] = ["stop", "length", "content_filter"]


class Part(NamedTuple):
    """A stretch of a reply: text, or the arguments of a call."""

    text: str
    tool: str | None = None


PARTS = st.lists(TEXTS.map(Part) | ARGUMENTS.map(lambda a: Part(json.dumps(a), "look_up")), max_size=4)


def reply_of(parts: list[Part], end: Finish = "stop") -> Reply:
    """The reply that the parts make up."""
    calls = tuple(
        ToolCall(id=f"call_{n}", tool=one.tool or "", arguments=json.loads(one.text))
        for n, one in enumerate(part for part in parts if part.tool)
    )
    text = "".join(part.text for part in parts if not part.tool)
    finish: Finish = "tool_calls" if calls else end
    usage = Usage(input_tokens=11, output_tokens=7)
    return Reply(turn=Turn(role="assistant", text=text, calls=calls), finish=finish, usage=usage)


def deltas(parts: list[Part], cuts: list[int]) -> Iterator[Delta]:
    """The parts in pieces of the lengths in `cuts`, over and over; a length of 0 is an empty piece."""
    at, number = 0, 0
    for part in parts:
        rest, begun = part.text, False
        while rest or (part.tool and not begun):
            length = cuts[at % len(cuts)] if begun or at else max(1, cuts[0])
            piece, rest, begun, at = rest[:length], rest[length:], True, at + 1
            if part.tool:
                yield Delta(text="", call=CallDelta(at=number, id=f"call_{number}", tool=part.tool, arguments=piece))
            else:
                yield Delta(text=piece)
        number += part.tool is not None


CUTS = st.lists(st.integers(0, 7), min_size=1, max_size=5).filter(any).map(lambda cuts: [[1], [2, 0, 5], [99], cuts])
"""Ways to cut one reply."""
