"""The other side of the pipe: loads one model, works until the parent closes the pipe or is gone.

Run as `python -P -m meant.systems.local.child`, and by nobody but `client`.
"""

import hashlib
import os
import select
import signal
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO

from meant.systems.local import quiet
from meant.systems.local.wire import Frames, FromChild, Load, Message, Ready, Request, Unfit, WireError, framed
from meant.systems.local.worker import Worker

CHUNK = 1 << 16


def main() -> None:
    """Serve one parent. A Ctrl-C is the parent's affair: it closes the pipe when it is done."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    into, out = quiet.own_pipes()
    quiet.block_calls_home()
    try:
        _serve(_Inbox(into), out)
    except (EOFError, BrokenPipeError):
        os._exit(0)


def _serve(inbox: "_Inbox", out: BinaryIO) -> None:
    load = next(inbox.messages(wait=True))
    if not isinstance(load, Load):
        raise WireError(f"the first message is {type(load).__name__}, not Load")
    fault = _fault(load)
    if fault:
        _send(out, Unfit(fault))
        out.flush()
        return
    from meant.systems.local.openvino import OpenVino  # after the calls home are blocked

    worker = Worker(OpenVino(load), partial(_send, out), context=load.context, at_once=load.at_once)
    _send(out, Ready())
    while True:
        out.flush()
        for message in inbox.messages(wait=not worker.busy):
            if not isinstance(message, Request):
                raise WireError(f"a child that works is not told {type(message).__name__}")
            worker.take(message)
        worker.step()


def _fault(load: Load) -> str:
    """Why the file cannot be loaded; "" if it can."""
    path = Path(load.path)
    name = path.parent.name
    remedy = f"fetch it again: meant model rm {name} && meant model get {name}"
    if not path.is_file():
        return f"{path} is not there; {remedy}"
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    return "" if found == load.sha256 else f"{path} is damaged: sha256 {found}, expected {load.sha256}; {remedy}"


def _send(out: BinaryIO, message: FromChild) -> None:
    out.write(framed(message))


class _Inbox:
    """Messages from the parent."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._frames = Frames()

    def messages(self, *, wait: bool) -> Iterator[Message]:
        """What has come; at least one message where `wait`. Raises EOFError once the parent is gone."""
        some, data = False, b""
        while True:
            for message in self._frames.feed(data):
                some = True
                yield message
            if (some or not wait) and not select.select([self._fd], [], [], 0)[0]:
                return
            data = os.read(self._fd, CHUNK)
            if not data:
                raise EOFError


if __name__ == "__main__":
    main()
