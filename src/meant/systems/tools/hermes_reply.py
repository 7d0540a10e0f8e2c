"""Reads calls from a reply in the format of `hermes.py`.

Its rule: what stands in the tags is a call. Models also write a list of calls, several of them in one pair of tags, a
code fence around them, `parameters` for `arguments`, and no closing tag: these are read. What is in the tags and is no
such thing is one malformed call, kept as it was written; tags around nothing are none. Some models leave the tags off:
a reply that is nothing but calls of tools that were offered, as JSON, is read as those calls.
"""

import json
import re
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

import orjson

from meant.systems.tools.calls import Written
from meant.systems.tools.hermes import CLOSE, OPEN

ARGUMENTS = ("arguments", "parameters")
BESIDE = ("name", "id", "type")
"""What a call may hold apart from its arguments; anything else would be lost."""
_NAME = re.compile(r'"name"\s*:\s*"([^"\\]{1,64})"')
_BETWEEN = re.compile(r"(?:[\s,]|```(?:json)?)*")
_BEGINS = ("{", "[")
_TAG = re.compile(f"{re.escape(OPEN)}|{re.escape(CLOSE)}")


class Read(NamedTuple):
    """A reply: its text without the calls, and the calls."""

    text: str
    calls: tuple[Written, ...]


def read(reply: str, offered: Collection[str]) -> Read:
    """The calls of a reply, and the text around them. A reply without calls is its text, as it is.

    `offered` are the tools' names: they tell a call without tags from an answer that happens to be JSON.
    """
    if OPEN not in reply:
        bare = _bare(reply, offered)
        return Read("" if bare else reply, bare)
    texts, calls, at = list[str](), list[Written](), 0
    while (start := reply.find(OPEN, at)) >= 0:
        tagged = _tagged(reply, start + len(OPEN))
        texts += [reply[at:start], tagged.beside]
        calls += tagged.calls
        at = tagged.end
    texts.append(reply[at:])
    return Read("\n".join(text.strip() for text in texts if text.strip()) if calls else reply, tuple(calls))


def _bare(reply: str, offered: Collection[str]) -> tuple[Written, ...]:
    """The calls of a reply that is nothing else."""
    tagged = _tagged(reply, 0)
    alone = not tagged.beside and not reply[tagged.end :].strip()
    sound = all(not one.broken and one.tool in offered for one in tagged.calls)
    return tuple(tagged.calls) if alone and sound else ()


class _Tagged(NamedTuple):
    """What stands behind an opening tag."""

    calls: list[Written]
    beside: str
    """Text between the last call and the closing tag."""
    end: int
    """Behind the closing tag, or behind the last call where no such tag comes."""


def _tagged(reply: str, begin: int) -> _Tagged:
    calls, at = list[Written](), _past_blanks(reply, begin)
    while (end := _json_end(reply, at)) is not None:
        calls += _calls(reply[at:end])
        at = _past_blanks(reply, end)
    tag = _TAG.search(reply, at)
    upto = tag.start() if tag else len(reply)
    left = reply[at:upto].strip()
    if left.startswith(_BEGINS) or (left and not calls):
        calls.append(_broken(left))
        at = upto
    if tag and tag.group() == CLOSE:
        return _Tagged(calls, reply[at:upto].strip("}] \n"), tag.end())
    return _Tagged(calls, "", at)


def _past_blanks(reply: str, at: int) -> int:
    found = _BETWEEN.match(reply, at)
    return found.end() if found else at


def _json_end(reply: str, at: int) -> int | None:
    """Where the JSON object or list that begins here ends; None where there is none, or not a whole one."""
    if not reply.startswith(_BEGINS, at):
        return None
    try:
        _, end = json.JSONDecoder().raw_decode(reply, at)
    except (ValueError, RecursionError):
        return None
    return end


def _calls(text: str) -> Iterator[Written]:
    """The calls in a JSON object or list."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:  # stricter than the standard library's
        yield _broken(text)
        return
    for one in value if isinstance(value, list) else [value]:
        yield _call(one) or _broken(text)


def _call(value: Any) -> Written | None:
    if not isinstance(value, dict) or not isinstance(value.get("name"), str):
        return None
    named = [key for key in value if key not in BESIDE]
    if len(named) > 1 or not {*named} <= {*ARGUMENTS}:
        return None
    return Written(value.get("id"), value["name"], value[named[0]] if named else None)


def _broken(text: str) -> Written:
    name = _NAME.search(text)
    return Written(None, name[1] if name else "", text, broken=True)
