"""The official clients read what the wires write: text, calls, errors; whole and streamed."""

import json
from pathlib import Path

import anthropic
import openai
import pytest

from meant.core.request import Dialect
from meant.core.tool import Tool
from meant.systems.providers.scripted import Scripted
from tests.serve.clients import clients
from tests.serve.real import served

SCRIPT = {
    "weather": 'Let me see.<tool_call>{"name": "look_up", "arguments": {"place": "Malmö \\" 👋", "n": [1, null]}}</tool_call>'
    '<tool_call>{"name": "look_up", "arguments": {}}</tool_call>',
    "hello": "Grüße 👋\n\ndata: [DONE]\n\n from here.",
    "break": "!fail",
}
TOOLS = (Tool(name="look_up", says="Looks a place up."),)
DONE: dict[Dialect, tuple[str, str]] = {
    "chat": ("stop", "tool_calls"),
    "responses": ("completed", "completed"),
    "messages": ("end_turn", "tool_use"),
}


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
@pytest.mark.parametrize("dialect", DONE)
async def test_text_calls_and_errors(dialect: Dialect, stream: bool, tmp_path: Path) -> None:
    async with (
        served(tmp_path, {"kind": Scripted(script=SCRIPT, piece_characters=3)}) as one,
        clients(one.url) as theirs,
    ):
        said = await theirs.ask(dialect, "kind", "hello", stream=stream)
        assert (said.text, said.calls, said.finish) == (SCRIPT["hello"], [], DONE[dialect][0])
        assert said.usage == (1, 6)
        called = await theirs.ask(dialect, "kind", "weather", stream=stream, tools=TOOLS)
        assert (called.text, called.finish) == ("Let me see.", DONE[dialect][1])
        assert [(id_, name, json.loads(told)) for id_, name, told in called.calls] == [
            ("call_1", "look_up", {"place": 'Malmö " 👋', "n": [1, None]}),
            ("call_2", "look_up", {}),
        ]
        failed = await theirs.ask(dialect, "kind", "break", stream=stream)
        assert (failed.finish, failed.error["class"]) == ("error", "InternalServerError")
        missing = await theirs.ask(dialect, "other", "hello", stream=stream)
        assert missing.error["class"] == "NotFoundError"


async def test_the_models_are_listed_for_either_client(tmp_path: Path) -> None:
    async with served(tmp_path, {"b": Scripted(), "a": Scripted()}) as one, clients(one.url) as theirs:
        assert [model.id async for model in theirs.openai.models.list()] == ["a", "b"]
        assert [model.id async for model in theirs.anthropic.models.list()] == ["a", "b"]
        assert (await theirs.openai.models.retrieve("a")).object == "model"
        assert (await theirs.anthropic.models.retrieve("a")).display_name == "a"
        with pytest.raises(openai.NotFoundError):
            await theirs.openai.models.retrieve("c")
        with pytest.raises(anthropic.NotFoundError):
            await theirs.anthropic.models.retrieve("c")
