"""A chat request's body: what the provider sets, what `sampling` sets, and the user's `extra` fields beside them."""

from collections.abc import Collection, Mapping
from typing import Any

import orjson
from pydantic import JsonValue

from meant.core.errors import PluginError


def check_extra(extra: Mapping[str, JsonValue], *, own: Collection[str], sampled: Collection[str]) -> None:
    """`extra` may set no field of the provider's `own`, and of those `sampled` only leave out. Raises PluginError."""
    for name, value in extra.items():
        if name in own or (name in sampled and value is not None):
            where = "under a system file's `tools`" if name == "tools" else "otherwise"
            where = "under `sampling`" if name in (*sampled, "max_tokens") else where
            raise PluginError(f"extra sets {name!r}", f"that is set {where}", setting=f"extra.{name}")


def encoded(fields: Mapping[str, Any], *, without: Collection[str] = ()) -> bytes:
    """The fields as JSON; a null leaves its field out."""
    return orjson.dumps({k: value for k, value in fields.items() if value is not None and k not in without})
