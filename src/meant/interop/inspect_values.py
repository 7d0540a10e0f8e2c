"""What a scorer of Inspect's says, as an outcome. Needs nothing of Inspect.

Its rule: a pass is what Inspect itself counts as exactly 1, a fail what it counts as exactly 0 (its `value_to_float`).
Every number between or beyond is "unsure", with the number kept: which of them is good enough, nobody said. What is no
number (NaN, nothing, another text) is no verdict. So N, "no answer or a refusal", is a fail here, as it is there: the
task's own scorer ran and did not find the answer. In a log of somebody else's (`logs/inspect.py`) it is no verdict.
"""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from meant.core.verdict import Outcome

_WORDS: Mapping[str, float] = {"C": 1, "I": 0, "P": 0.5, "N": 0}
_SPELLED: Mapping[str, float] = {"yes": 1, "true": 1, "no": 0, "false": 0}


class Scored(NamedTuple):
    """One value of a score."""

    outcome: Outcome
    score: float | None
    """The value as a number; None where it is none."""
    why: str = ""
    """Of what is neither a pass nor a fail."""


def scored(value: Any) -> Scored:
    """The outcome that a single value stands for."""
    number = _number(value)
    if number is None:
        return Scored("error", None, f"no verdict: the score is {value!r}")
    if number in (0, 1):
        return Scored("pass" if number else "fail", number)
    return Scored("unsure", number, f"scored {number:g}, which is neither right (1) nor wrong (0)")


def parts(name: str, value: Any) -> dict[str, Any]:
    """The single values of one scorer by name: several where its value is an object or a list."""
    if isinstance(value, Mapping):
        return {f"{name}/{key}": one for key, one in value.items()}
    if isinstance(value, list | tuple):
        return {f"{name}/{place}": one for place, one in enumerate(value)}
    return {name: value}


def _number(value: Any) -> float | None:
    if isinstance(value, str):
        if value in _WORDS:
            return float(_WORDS[value])
        if value.lower() in _SPELLED:
            return float(_SPELLED[value.lower()])
    try:
        number = float(value) if isinstance(value, str | int | float) else math.nan
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
