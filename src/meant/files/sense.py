"""What the checks of a policy's sense share: the items of a section as they were written, and a fault at a place."""

from typing import Any

from meant.core.errors import Fault
from meant.files.faults import dotted, shown
from meant.files.positions import Loc, Positioned


def items(source: Positioned, section: str) -> list[dict[str, Any]]:
    """The section's mappings, an empty one for each item that is none."""
    value = source.data.get(section)
    return [v if isinstance(v, dict) else {} for v in value] if isinstance(value, list) else []


def fault(source: Positioned, loc: Loc, problem: str, remedy: str, *, value: str = "") -> Fault:
    """The fault of what stands at `loc`; `value` where something else is to be shown than that."""
    found = value or shown(source.value(loc))
    return Fault(str(source.path), *source.place(loc), dotted(loc), found, problem, remedy)
