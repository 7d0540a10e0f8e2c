"""Paths that are not there and methods that are not taken: clients read of them what is, in their vendor's shape."""

import json
from itertools import product
from pathlib import Path

import anthropic
import openai
import pytest

from tests.serve.clients import clients
from tests.serve.talking import CHAT, Served, serving

OPENAIS = ["/nothing", "/v1/embeddings", f"{CHAT}/", "/v1/completions", "/v1/messagesandmore"]
ANTHROPICS = ["/v1/messages/count_tokens", "/v1/messages/batches", "/v1/messages/"]
METHODS = [
    ("GET", CHAT, "POST", "openai"),
    ("PUT", "/v1/messages", "POST", "anthropic"),
    ("GET", "/beta/litellm_basic_guardrail_api", "POST", "openai"),
    ("POST", "/v1/models", "GET, HEAD", "openai"),
    ("DELETE", "/v1/models/talker", "GET, HEAD", "openai"),
    ("POST", "/metrics", "GET, HEAD", "openai"),
]


async def error(
    served: Served, method: str, path: str, headers: dict[str, str] | None = None
) -> tuple[int, dict[str, str]]:
    """The status and the error, in whichever shape."""
    async with served.http.request(method, f"{served.url}{path}", headers=headers) as response:
        assert response.headers["content-type"] == "application/json"
        told = await response.json()
    kind = {"type": "error", "error": told["error"]} if "type" in told else {"error": told["error"]}
    assert told == kind
    return response.status, told["error"] | {"vendor": "anthropic" if "type" in told else "openai"}


async def test_a_path_that_is_not_there_says_what_is(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        for path, method in product([*OPENAIS, *ANTHROPICS], ["GET", "POST", "DELETE"]):
            status, told = await error(served, method, path)
            assert status == 404
            assert told["vendor"] == ("anthropic" if path in ANTHROPICS else "openai")
            assert told["type"] == ("not_found_error" if path in ANTHROPICS else "invalid_request_error")
            there = (path, f"POST {CHAT}", "POST /v1/messages", "GET /v1/models")
            assert all(one in told["message"] for one in there)


async def test_another_method_says_which_is_taken(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        for method, path, allowed, vendor in METHODS:
            async with served.http.request(method, f"{served.url}{path}") as response:
                assert response.headers["allow"] == allowed
            status, told = await error(served, method, path)
            assert (status, told["vendor"]) == (405, vendor)
            assert told["message"] == f"{path} takes {allowed}, not {method}"


async def test_a_header_of_anthropics_clients_tells_whose_it_is(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        _, told = await error(served, "GET", "/v1/files", {"anthropic-version": "2023-06-01"})
        assert told["vendor"] == "anthropic"
        answered = await served.get(f"/{'a' * 5000}")
    assert len(json.loads(answered.body)["error"]["message"]) < 500


async def test_the_official_clients_raise_their_own_error(tmp_path: Path) -> None:
    async with serving(tmp_path) as served, clients(served.url) as asking:
        with pytest.raises(openai.NotFoundError, match="there are: POST"):
            await asking.openai.embeddings.create(model="talker", input="Hello")
        with pytest.raises(anthropic.NotFoundError, match="there are: POST"):
            await asking.anthropic.messages.count_tokens(
                model="talker", messages=[{"role": "user", "content": "Hello"}]
            )
