"""A model's answer as data, or no answer at all. Strict on purpose: a guess here would be a verdict that nobody gave.

What others accept and this does not: the first capital letter found anywhere, the last number, a default where
nothing is found, a word in another spelling, an object among other words, one of two values for one key.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from meant.core.errors import JudgeFailure

_FENCE = "```"


def read_object(text: str, fields: Mapping[str, Sequence[str] | None]) -> dict[str, str]:
    """The JSON object that `text` is, by itself or as one fenced block: exactly these fields, each a text.

    A field with choices holds exactly one of them. Raises JudgeFailure that says what is wrong.
    """
    found = _parsed(_unfenced(text.strip()))
    if not isinstance(found, dict):
        raise JudgeFailure("its answer is no JSON object")
    if missing := [name for name in fields if name not in found]:
        raise JudgeFailure(f"its answer lacks {', '.join(missing)}")
    if strange := [name for name in found if name not in fields]:
        raise JudgeFailure(f"its answer has {strange[0]!r}, which was not asked for")
    for name, choices in fields.items():
        if not isinstance(found[name], str):
            raise JudgeFailure(f"its {name} is no text")
        if choices is not None and found[name] not in choices:
            raise JudgeFailure(f"its {name} is {found[name]!r}, which is none of {', '.join(choices)}")
    return found


def _unfenced(text: str) -> str:
    """What stands in the fence, where the whole text is one."""
    first, _, rest = text.partition("\n")
    if first.rstrip() in (_FENCE, f"{_FENCE}json") and rest.endswith(_FENCE):
        return rest.removesuffix(_FENCE)
    return text


def _parsed(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise JudgeFailure("its answer is no JSON") from None


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise JudgeFailure("its answer gives one key twice")
    return found
