"""Tools in a prompt, for models that have no protocol: how the model is told of them, of calls and of results.

The format is that of Hermes 2 Pro and of Qwen2.5's chat template (its branch for tools), which other small models
learnt as well: the tools as JSON in the system turn; in the assistant's a call, as
`<tool_call>{"name": ..., "arguments": {...}}</tool_call>`; in the user's a result, as
`<tool_response>...</tool_response>`. `hermes_reply.py` reads it.
"""

import json
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from meant.core.tool import Tool
from meant.core.turn import ToolCall, Turn

OPEN, CLOSE = "<tool_call>", "</tool_call>"


class Tags(NamedTuple):
    """How the two tags are written: as they are, or as what stands for them on the way to a tokenizer."""

    open: str = OPEN
    close: str = CLOSE


PLAIN = Tags()


def written(turns: Sequence[Turn], tools: Sequence[Tool] = (), *, tags: Tags = PLAIN) -> list[Turn]:
    """The turns with nothing but text; results that follow one another make one turn. Turns without tools stay."""
    plain, results = list[Turn](), False
    for turn in _with_tools(turns, tools, tags):
        text = "\n".join(_lines(turn, tags))
        if turn.role == "tool" and results:
            plain[-1] = Turn(role="user", text=f"{plain[-1].text}\n{text}")
        else:
            plain.append(Turn(role="user" if turn.role == "tool" else turn.role, text=text))
        results = turn.role == "tool"
    return plain


def _with_tools(turns: Sequence[Turn], tools: Sequence[Tool], tags: Tags) -> Iterator[Turn]:
    """The tools at the end of the first turn if it is the system's, else in a system turn of their own."""
    if not tools:
        yield from turns
        return
    system = turns[:1] if turns and turns[0].role == "system" else ()
    yield Turn(role="system", text="\n\n".join([*(turn.text for turn in system), _block(tools, tags)]))
    yield from turns[len(system) :]


def _block(tools: Sequence[Tool], tags: Tags) -> str:
    listed = "\n".join(json.dumps(_function(tool), ensure_ascii=False) for tool in tools)
    with_tags = _template().replace("{open}", tags.open).replace("{close}", tags.close)
    return with_tags.replace("{tools}", listed)


@cache
def _template() -> str:
    return (files("meant.systems.tools") / "hermes.txt").read_text("utf-8").strip()


def _function(tool: Tool) -> dict[str, object]:
    function = {"name": tool.name, "description": tool.says, "parameters": dict(tool.parameters)}
    return {"type": "function", "function": function}


def _lines(turn: Turn, tags: Tags) -> Iterator[str]:
    if turn.role == "tool":
        yield f"<tool_response>\n{turn.text}\n</tool_response>"
        return
    if turn.text or not turn.calls:
        yield turn.text
    yield from (f"{tags.open}\n{_call(one)}\n{tags.close}" for one in turn.calls)


def _call(call: ToolCall) -> str:
    """As JSON; a malformed one as the model wrote it."""
    if call.malformed is not None:
        return call.malformed
    return json.dumps({"name": call.tool, "arguments": dict(call.arguments)}, ensure_ascii=False)
