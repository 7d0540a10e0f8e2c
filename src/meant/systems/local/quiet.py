"""Keeps the engine quiet: nothing it does may leave the machine, and nothing it prints may reach the pipe.

`import openvino_genai` imports `openvino.tools.ovc`, whose `__init__` sends an event through `openvino_telemetry`
(read in openvino 2026.4.1, `openvino/tools/ovc/__init__.py`). Without that package it uses a stub of its own, so
here that package cannot be imported; and should anything else try, the process opens no connection at all.
"""

import os
import sys
from typing import BinaryIO

NETWORK = ("socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostbyname")
"""Audit events (PEP 578) that go out."""


def block_calls_home() -> None:
    """Call before the engine is imported; it cannot be undone. Raises RuntimeError where it is too late."""
    if "openvino" in sys.modules:
        raise RuntimeError("openvino is imported already, and has called home")
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]
    sys.addaudithook(_no_network)


def _no_network(event: str, arguments: tuple[object, ...]) -> None:
    if event in NETWORK:
        raise PermissionError(f"the local engine's process makes no connections: {event} {arguments[1:]}")


def own_pipes() -> tuple[int, BinaryIO]:
    """The pipes to the parent, moved away from 0 and 1: what libraries print goes to stderr, and they read nothing."""
    into, out = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return into, os.fdopen(out, "wb")
