"""Server-sent events as bytes. Source: WHATWG HTML Living Standard, 9.2.5 ("Parsing an event stream")."""

from typing import Any

import orjson


def event(data: dict[str, Any], name: str = "") -> bytes:
    """One event. JSON has no bare line break, so that no text can end it or begin another one."""
    head = f"event: {name}\n".encode() if name else b""
    return b"%bdata: %b\n\n" % (head, orjson.dumps(data))
