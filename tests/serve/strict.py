"""Strict readers of the three dialects' streams: every event in its place, up to the terminal one, and nothing after.

Written from the API references, and apart from the writers: where a stream breaks a rule, the reader says which.
"""

import json
import re
from dataclasses import dataclass, field
from typing import Any, NamedTuple

_EVENT = re.compile(rb"(?:event: ([a-z_.]+)\n)?data: ([^\r\n]*)\n\n")


class Said(NamedTuple):
    """One server-sent event."""

    name: str
    data: str


@dataclass
class Got:
    """What a client has read in the end."""

    text: str = ""
    calls: list[tuple[str, str, str]] = field(default_factory=list)
    """Id, name and arguments of each."""
    finish: str = ""
    """In the dialect's word; "error" for a stream that broke off."""
    usage: tuple[int, int] | None = None
    error: dict[str, Any] = field(default_factory=dict)


def events(stream: bytes) -> list[Said]:
    """The events. Nothing but events is in it."""
    found, at = list[Said](), 0
    while at < len(stream):
        one = _EVENT.match(stream, at)
        assert one, f"no event begins at byte {at}: {stream[at : at + 80]!r}"
        found.append(Said((one[1] or b"").decode(), one[2].decode()))
        at = one.end()
    return found


def chat(stream: bytes, *, usage: bool = False) -> Got:
    """A stream of Chat Completions; `usage`: it was asked for."""
    *told, done = events(stream)
    assert done == Said("", "[DONE]")
    assert all(not one.name for one in told)
    chunks, got = [json.loads(one.data) for one in told], Got()
    if "error" in chunks[-1]:
        got.error = chunks.pop()["error"]
        assert set(got.error) == {"message", "type", "param", "code"}
        got.finish = "error"
    elif usage:
        last = chunks.pop()
        assert last["choices"] == []
        if last["usage"] is not None:
            asked, said = last["usage"]["prompt_tokens"], last["usage"]["completion_tokens"]
            assert last["usage"]["total_tokens"] == asked + said
            got.usage = (asked, said)
    assert len({(c["id"], c["object"], c["created"], c["model"]) for c in chunks}) == 1
    assert chunks[0]["object"] == "chat.completion.chunk"
    assert chunks[0]["choices"][0]["delta"]["role"] == "assistant"
    for at, chunk in enumerate(chunks):
        assert chunk.get("usage", "none") == (None if usage else "none")
        (choice,) = chunk["choices"]
        assert choice["index"] == 0
        last_one = at == len(chunks) - 1 and not got.error
        assert (choice["finish_reason"] is not None) == last_one
        assert ("role" in choice["delta"]) == (at == 0)
        _chat_delta(choice["delta"], got)
        got.finish = choice["finish_reason"] or got.finish
    return got


def _chat_delta(delta: dict[str, Any], got: Got) -> None:
    got.text += delta.get("content") or ""
    for call in delta.get("tool_calls", ()):
        if "id" in call:
            assert call["index"] == len(got.calls)
            assert call["type"] == "function"
            got.calls.append((call["id"], call["function"]["name"], call["function"]["arguments"]))
        else:
            assert call["index"] == len(got.calls) - 1, "a piece of a call that another one has followed"
            id_, name, so_far = got.calls[-1]
            got.calls[-1] = (id_, name, so_far + call["function"]["arguments"])


def messages(stream: bytes) -> Got:
    """A stream of Messages."""
    told, got = events(stream), Got()
    data = [json.loads(one.data) for one in told]
    assert [one.name for one in told] == [one["type"] for one in data]
    first, *rest = data
    assert first["type"] == "message_start"
    assert (first["message"]["content"], first["message"]["stop_reason"]) == ([], None)
    if rest[-1]["type"] == "error":
        got.error, got.finish = rest.pop()["error"], "error"
        assert set(got.error) == {"type", "message"}
        _blocks(rest, got, broken=True)
        return got
    *blocks, delta, stop = rest
    assert (delta["type"], stop) == ("message_delta", {"type": "message_stop"})
    got.finish = delta["delta"]["stop_reason"]
    got.usage = (delta["usage"]["input_tokens"], delta["usage"]["output_tokens"])
    _blocks(blocks, got, broken=False)
    return got


def _blocks(told: list[dict[str, Any]], got: Got, *, broken: bool) -> None:
    kind, begun = None, 0
    for one in told:
        if one["type"] == "content_block_start":
            assert kind is None, "a block begins in another one"
            assert one["index"] == begun
            block = one["content_block"]
            kind, begun = block["type"], begun + 1
            if kind == "tool_use":
                assert block["input"] == {}
                got.calls.append((block["id"], block["name"], ""))
            else:
                assert block == {"type": "text", "text": ""}
            continue
        assert one["index"] == begun - 1
        if one["type"] == "content_block_stop":
            assert kind is not None, "a block ends twice"
            kind = None
        elif one["delta"]["type"] == "text_delta":
            assert (one["type"], kind) == ("content_block_delta", "text")
            got.text += one["delta"]["text"]
        else:
            assert (one["type"], kind) == ("content_block_delta", "tool_use")
            assert one["delta"]["type"] == "input_json_delta"
            id_, name, so_far = got.calls[-1]
            got.calls[-1] = (id_, name, so_far + one["delta"]["partial_json"])
    assert broken or kind is None, "the last block has no end"


def responses(stream: bytes) -> Got:
    """A stream of Responses."""
    told = events(stream)
    data = [json.loads(one.data) for one in told]
    assert [one.name for one in told] == [one["type"] for one in data]
    assert [one["sequence_number"] for one in data] == list(range(len(data)))
    created, going, *between, last = data
    assert (created["type"], going["type"]) == ("response.created", "response.in_progress")
    assert len({one["response"]["id"] for one in (created, going, last)}) == 1
    assert created["response"]["output"] == []
    status = last["response"]["status"]
    assert last["type"] == f"response.{status}"
    assert status in ("completed", "incomplete", "failed")
    got = Got(finish=(last["response"]["incomplete_details"] or {}).get("reason") or status)
    items = _items(between, got, broken=status == "failed")
    if status == "failed":
        got.error, got.finish = last["response"]["error"], "error"
    else:
        assert last["response"]["output"] == items
        assert all(item["status"] == "completed" for item in items[:-1] if status == "completed")
        if usage := last["response"]["usage"]:
            assert usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"]
            got.usage = (usage["input_tokens"], usage["output_tokens"])
    return got


def _items(told: list[dict[str, Any]], got: Got, *, broken: bool) -> list[dict[str, Any]]:
    done = list[dict[str, Any]]()
    open_: dict[str, Any] | None = None
    pieces, steps = "", list[str]()
    for one in told:
        kind = one["type"].removeprefix("response.")
        assert one["output_index"] == len(done), "an event of an item that is not open"
        if kind == "output_item.added":
            assert open_ is None, "an item begins in another one"
            open_, pieces, steps = one["item"], "", []
            assert open_["status"] == "in_progress"
            continue
        assert open_ is not None
        if kind == "output_item.done":
            assert one["item"]["id"] == open_["id"]
            _whole(one["item"], pieces, steps)
            done.append(one["item"])
            _take(open_, pieces, got)
            open_ = None
            continue
        assert one["item_id"] == open_["id"]
        steps.append(kind)
        pieces += one.get("delta", "")
    assert broken or open_ is None, "the last item has no end"
    if open_ is not None:
        _take(open_, pieces, got)
    return done


def _whole(item: dict[str, Any], pieces: str, steps: list[str]) -> None:
    """The item holds what its events said, and these came in order."""
    without = [step for at, step in enumerate(steps) if not (step.endswith(".delta") and steps[at - 1] == step)]
    if item["type"] == "message":
        assert without in (
            ["content_part.added", "output_text.delta", "output_text.done", "content_part.done"],
            ["content_part.added", "output_text.done", "content_part.done"],
        )
        assert [part["text"] for part in item["content"]] == [pieces]
    else:
        ended = ["function_call_arguments.done"] if item["status"] == "completed" else []
        assert without in (["function_call_arguments.delta", *ended], ended)
        assert item["arguments"] == pieces


def _take(item: dict[str, Any], pieces: str, got: Got) -> None:
    if item["type"] == "message":
        got.text += pieces
    else:
        got.calls.append((item["call_id"], item["name"], pieces))
