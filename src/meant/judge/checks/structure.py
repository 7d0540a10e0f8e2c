"""Whether a reply is JSON of the asked shape."""

import re
from typing import Any

import orjson

from meant.core.check import Json

_FENCED = re.compile(r"```[\w+-]*[ \t]*\n(.*?)```", re.DOTALL)


def is_json(reply: str, check: Json) -> bool:
    """Whether the reply, or the one fenced block in it, parses and has the kind and keys.

    The keys of an array are looked for in each of its elements. Further keys do no harm, nor does a stray fence
    at the end.
    """
    fenced = _FENCED.findall(reply)
    try:
        value = orjson.loads(fenced[0] if len(fenced) == 1 else reply.strip().removesuffix("```"))
    except orjson.JSONDecodeError:
        return False
    if check.kind == "object":
        return _has_keys(value, check.keys)
    return isinstance(value, list) and (not check.keys or all(_has_keys(v, check.keys) for v in value))


def _has_keys(value: Any, keys: tuple[str, ...]) -> bool:
    return isinstance(value, dict) and set(keys) <= value.keys()
