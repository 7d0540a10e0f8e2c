"""What all parts of the page's data share: escaped JSON, fields that may be missing, texts that may be cut."""

import json
from typing import Any, Final

MOST_CHARACTERS: Final = 20_000
"""Of one turn, and of one call's arguments; how much is cut off is said on the page."""


def as_json(value: object) -> str:
    """JSON that can stand in a script element: no `<`, `>`, `&` or line separator is left as it is."""
    written = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return written.translate({ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"})


def without_none(**fields: Any) -> dict[str, Any]:
    """The fields that are there."""
    return {key: value for key, value in fields.items() if value is not None}


def cut(text: str) -> int | None:
    """How many characters the page leaves off; None for none."""
    return max(0, len(text) - MOST_CHARACTERS) or None
