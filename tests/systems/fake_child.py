"""A child without an engine: does what the last turn tells it. Run as a script, with how to start as its argument.

`echo TEXT` answers; `crash` dies with words on stderr; `hang` never answers; `cancelled` answers with what was asked
and then cancelled; `noise` writes what is no message; `prompt` answers with the system turn, round brackets for
angles and square ones around what is marked.
A tool's result is answered with itself; each word of a continuation is worth -1 nat.
"""

import os
import sys
from pathlib import Path

from meant.systems.local.wire import (
    Ask,
    Began,
    Cancel,
    Done,
    Frames,
    FromChild,
    Piece,
    Ready,
    Score,
    Scored,
    Unfit,
    framed,
)


def send(message: FromChild) -> None:
    os.write(1, framed(message))


def answer(ask: Ask, cancelled: list[str]) -> None:
    word, _, rest = ask.turns[-1]["content"].partition(" ")
    if word == "crash":
        os.write(2, b"Segmentation fault (core dumped)\n")
        os._exit(9)
    if word == "noise":
        os.write(1, b"Warning: no message")
    if word == "prompt":
        rest = ask.turns[0]["content"].replace("<", "(").replace(">", ")")
        for stands, tag in ask.marks.items():
            rest = rest.replace(stands, f"[{tag.strip('<>')}]")
    if word.startswith("<tool_response>"):
        rest = ask.turns[-1]["content"]
    if word in ("echo", "cancelled", "prompt") or word.startswith("<tool_response>"):
        text = " ".join(cancelled) if word == "cancelled" else rest
        send(Began(ask.id))
        if ask.stream:
            send(Piece(ask.id, text))
        send(Done(ask.id, text, "stop", 3, [-0.5, 0.0001]))
    if word == "hang" and ask.stream:
        send(Piece(ask.id, "so "))


def main() -> None:
    how = sys.argv[1]
    frames, asked, cancelled = Frames(), dict[int, str](), list[str]()
    first = True
    while data := os.read(0, 1 << 16):
        for message in frames.feed(data):
            if first and how == "die":
                os.write(2, b"no memory\n")
                os._exit(3)
            if first:
                send(Unfit("the file is damaged; fetch it again") if how == "unfit" else Ready())
                first = False
            elif isinstance(message, Cancel):
                cancelled.append(asked[message.id])
            elif isinstance(message, Ask):
                asked[message.id] = message.turns[-1]["content"]
                answer(message, cancelled)
            elif isinstance(message, Score):
                send(Scored(message.id, [[-1.0] * len(one.split()) for one in message.continuations]))
    if len(sys.argv) > 2:
        Path(sys.argv[2]).write_text("the parent is gone")


main()
