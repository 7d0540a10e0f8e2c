"""One field of a case, changed by what was typed."""

import json
from typing import Any

from meant.core.draft import CaseLine

_DATA = ("turns", "checks", "choices", "tools", "slices")
"""Fields that are typed as JSON."""


def with_field(case: CaseLine, field: str, typed: str) -> dict[str, Any]:
    """The case with the field set; left out where nothing is typed. Answers may be typed with `;` between them."""
    changed = {**case, field: _value(field, typed)}
    if not typed:
        del changed[field]
    elif field in ("prompt", "turns"):
        changed.pop({"prompt": "turns", "turns": "prompt"}[field], None)
    return changed


def _value(field: str, typed: str) -> Any:
    if field in _DATA or (field == "answer" and typed.startswith("{")):
        try:
            return json.loads(typed)
        except json.JSONDecodeError:
            return typed
    if field == "answer":
        return {"accept": [part.strip() for part in typed.split(";") if part.strip()]}
    return typed
