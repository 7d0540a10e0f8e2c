"""The real gateway on the loopback interface, with the systems that a test brings."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from meant.core.request import Dialect
from meant.core.system import System
from meant.core.tool import Tool
from meant.serve.wires.dialects import WIRES
from meant.systems.prompted import Prompted
from tests.serve.clients import chat_tools, message_tools, response_tools
from tests.serve.talking import Served, serving, spec

PATHS: dict[Dialect, str] = {wire.dialect: path for path, wire in WIRES.items()}


@asynccontextmanager
async def served(folder: Path, systems: Mapping[str, System]) -> AsyncIterator[Served]:
    """The systems, each under its name."""
    named: Any = [Prompted(system, name) for name, system in systems.items()]
    file = spec(systems={name: f"{name}.yaml" for name in systems})
    async with serving(folder, *named, file=file) as one:
        yield one


def body(dialect: Dialect, model: str, text: str, *, stream: bool, tools: tuple[Tool, ...] = ()) -> dict[str, Any]:
    """A request as the dialect has it."""
    said = [{"role": "user", "content": text}]
    told: dict[Dialect, dict[str, Any]] = {
        "chat": {"messages": said, **chat_tools(tools)},
        "responses": {"input": text, **response_tools(tools)},
        "messages": {"messages": said, "max_tokens": 100, **message_tools(tools)},
    }
    options = {"stream_options": {"include_usage": True}} if dialect == "chat" and stream else {}
    return {"model": model, "stream": stream, **told[dialect], **options}
