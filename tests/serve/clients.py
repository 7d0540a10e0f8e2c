"""The official clients, brought to one form: what a user of each would have read in the end."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import anthropic
import openai

from meant.core.request import Dialect
from meant.core.tool import Tool
from tests.serve.strict import Got


@dataclass
class Clients:
    """Clients of one server."""

    openai: openai.AsyncOpenAI
    anthropic: anthropic.AsyncAnthropic

    async def ask(self, dialect: Dialect, model: str, text: str, *, stream: bool, tools: Sequence[Tool] = ()) -> Got:
        """What the client of this dialect makes of the answer. An error that it raises is told as one."""
        try:
            return await ASK[dialect, stream](self, model, text, tools)
        except (openai.APIError, anthropic.APIError) as error:
            body: Any = error.body
            told = body["error"] if isinstance(body, dict) and "error" in body else body
            return Got(finish="error", error={"class": type(error).__name__, **told})


async def _chat(self: Clients, model: str, text: str, tools: Sequence[Tool]) -> Got:
    answer = await self.openai.chat.completions.create(
        model=model, messages=[{"role": "user", "content": text}], **chat_tools(tools)
    )
    return _of_completion(answer)


async def _chat_stream(self: Clients, model: str, text: str, tools: Sequence[Tool]) -> Got:
    messages = [{"role": "user", "content": text}]
    options: Any = {"stream_options": {"include_usage": True}, **chat_tools(tools)}
    async with self.openai.chat.completions.stream(model=model, messages=messages, **options) as events:  # type: ignore[arg-type]
        async for _ in events:
            pass
        answer = events.current_completion_snapshot
    return _of_completion(answer)


def _of_completion(answer: Any) -> Got:
    (choice,) = answer.choices
    calls = [(c.id, c.function.name, c.function.arguments) for c in choice.message.tool_calls or ()]
    usage = answer.usage
    return Got(
        choice.message.content or "",
        calls,
        choice.finish_reason,
        (usage.prompt_tokens, usage.completion_tokens) if usage else None,
    )


async def _responses(self: Clients, model: str, text: str, tools: Sequence[Tool]) -> Got:
    return _of_response(await self.openai.responses.create(model=model, input=text, **response_tools(tools)))


async def _responses_stream(self: Clients, model: str, text: str, tools: Sequence[Tool]) -> Got:
    last: Any = None
    async with self.openai.responses.stream(model=model, input=text, **response_tools(tools)) as events:
        async for event in events:
            last = event
    return _of_response(last.response)


def _of_response(answer: Any) -> Got:
    calls = [(item.call_id, item.name, item.arguments) for item in answer.output if item.type == "function_call"]
    usage = answer.usage
    finish = answer.incomplete_details.reason if answer.incomplete_details else answer.status
    counts = (usage.input_tokens, usage.output_tokens) if usage else None
    if answer.error:
        return Got(answer.output_text, calls, "error", error={"class": "failed", **answer.error.to_dict()})
    return Got(answer.output_text, calls, finish, counts)


async def _messages(self: Clients, model: str, text: str, tools: Sequence[Tool]) -> Got:
    return _of_message(await self.anthropic.messages.create(**_message(model, text, tools)))


async def _messages_stream(self: Clients, model: str, text: str, tools: Sequence[Tool]) -> Got:
    async with self.anthropic.messages.stream(**_message(model, text, tools)) as events:
        return _of_message(await events.get_final_message())


def _of_message(answer: Any) -> Got:
    text = "".join(block.text for block in answer.content if block.type == "text")
    calls = [(b.id, b.name, json.dumps(b.input)) for b in answer.content if b.type == "tool_use"]
    return Got(text, calls, answer.stop_reason, (answer.usage.input_tokens, answer.usage.output_tokens))


def _message(model: str, text: str, tools: Sequence[Tool]) -> dict[str, Any]:
    messages = [{"role": "user", "content": text}]
    return {"model": model, "max_tokens": 100, "messages": messages, **message_tools(tools)}


def message_tools(tools: Sequence[Tool]) -> dict[str, Any]:
    """The field of Messages; none where there are none."""
    told = [{"name": t.name, "description": t.says, "input_schema": dict(t.parameters)} for t in tools]
    return {"tools": told} if told else {}


def chat_tools(tools: Sequence[Tool]) -> dict[str, Any]:
    """The field of Chat Completions."""
    told = [
        {"type": "function", "function": {"name": t.name, "description": t.says, "parameters": dict(t.parameters)}}
        for t in tools
    ]
    return {"tools": told} if told else {}


def response_tools(tools: Sequence[Tool]) -> dict[str, Any]:
    """The field of Responses."""
    told = [
        {"type": "function", "name": t.name, "description": t.says, "parameters": dict(t.parameters), "strict": False}
        for t in tools
    ]
    return {"tools": told} if told else {}


Ask = Callable[[Clients, str, str, Sequence[Tool]], Awaitable[Got]]
ASK: dict[tuple[Dialect, bool], Ask] = {
    ("chat", False): _chat,
    ("chat", True): _chat_stream,
    ("responses", False): _responses,
    ("responses", True): _responses_stream,
    ("messages", False): _messages,
    ("messages", True): _messages_stream,
}


@asynccontextmanager
async def clients(url: str) -> AsyncIterator[Clients]:
    """Clients of the server at `url`, closed at the end."""
    async with (
        openai.AsyncOpenAI(base_url=f"{url}/v1", api_key="a-key", max_retries=0, timeout=10) as one,
        anthropic.AsyncAnthropic(base_url=url, api_key="a-key", max_retries=0, timeout=10) as two,
    ):
        yield Clients(one, two)
