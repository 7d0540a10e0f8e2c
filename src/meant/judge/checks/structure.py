"""The shape of a reply: JSON, and the parts that a divider makes."""

import re
from typing import Any

import orjson

from meant.core.check import Json

_BLANK_LINES = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+")
_FENCED = re.compile(r"```[\w+-]*[ \t]*\n(.*?)```", re.DOTALL)


def is_json(reply: str, check: Json) -> bool:
    """Whether the reply, or the one fenced block in it, parses and has the kind and keys.

    The keys of an array are looked for in each of its elements. Further keys do no harm, nor does a stray fence
    at the end.
    """
    try:
        value = orjson.loads(only_json(reply))
    except orjson.JSONDecodeError:
        return False
    if check.kind == "object" or (check.kind == "any" and not isinstance(value, list)):
        return _has_keys(value, check.keys) or (check.kind == "any" and not check.keys)
    return isinstance(value, list) and (not check.keys or all(_has_keys(v, check.keys) for v in value))


def only_json(reply: str) -> str:
    """What is to be read as JSON: the one fenced block, or else the whole reply without a stray fence at its end."""
    fenced: list[str] = _FENCED.findall(reply)
    return fenced[0] if len(fenced) == 1 else reply.strip().removesuffix("```")


def parts(reply: str, divider: str | None) -> list[str]:
    """What stands between dividers, stripped; without a divider, between blank lines. Empty ends are left out."""
    found = [part.strip() for part in (reply.split(divider) if divider else _BLANK_LINES.split(reply))]
    begin, end = int(not found[0]), len(found) - int(not found[-1])
    return found[begin:end]


def _has_keys(value: Any, keys: tuple[str, ...]) -> bool:
    return isinstance(value, dict) and set(keys) <= value.keys()
