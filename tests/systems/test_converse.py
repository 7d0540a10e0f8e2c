"""Whole requests to both API providers over real HTTP: what is sent, and what neither has a word for."""

from typing import Any

import pytest

from meant.core.errors import SystemFailure
from meant.core.request import Request, Wishes
from meant.core.turn import Turn
from meant.systems.providers.anthropic import Anthropic
from meant.systems.providers.openai import OpenAI
from tests.systems import fake_anthropic, fake_openai
from tests.systems.talking import ASKED, LOOK, told

WISHES = Wishes(temperature=0.25, top_p=0.5, max_tokens=9, stop=("END",))
Either = OpenAI | Anthropic
Ours = tuple[fake_openai.FakeOpenAI, OpenAI]
Theirs = tuple[fake_anthropic.FakeAnthropic, Anthropic]


async def test_the_body_to_openai(ours: Ours) -> None:
    fake, openai = ours
    fake.faults = [fake_openai.answer(content="Hi.")]
    request = Request(
        turns=ASKED,
        tools=(LOOK,),
        tool_choice="look",
        wishes=WISHES,
        seed=3,
        dialect="chat",
        extra={"verbosity": "low"},
    )
    await told(openai, request)
    assert fake.asked == [
        {
            "model": "tiny",
            "messages": [{"role": "user", "content": "Weather?"}],
            "temperature": 0.25,
            "top_p": 0.5,
            "max_tokens": 9,
            "stop": ["END"],
            "seed": 3,
            "verbosity": "low",
            "tool_choice": {"type": "function", "function": {"name": "look"}},
            "tools": [
                {
                    "type": "function",
                    "function": {"name": "look", "description": "Looks.", "parameters": dict(LOOK.parameters)},
                }
            ],
        }
    ]


async def test_the_body_to_anthropic(theirs: Theirs) -> None:
    far, anthropic = theirs
    far.faults = [fake_anthropic.answer(fake_anthropic.text("Hi."))]
    request = Request(
        turns=(Turn(role="system", text="Be kind."), *ASKED),
        tools=(LOOK,),
        tool_choice="required",
        wishes=WISHES,
        dialect="messages",
        extra={"top_k": 5},
    )
    await told(anthropic, request)
    assert far.asked == [
        {
            "model": "tiny",
            "system": "Be kind.",
            "messages": [{"role": "user", "content": "Weather?"}],
            "max_tokens": 9,
            "temperature": 0.25,
            "top_p": 0.5,
            "stop_sequences": ["END"],
            "top_k": 5,
            "tool_choice": {"type": "any"},
            "tools": [{"name": "look", "description": "Looks.", "input_schema": dict(LOOK.parameters)}],
        }
    ]


async def test_without_wishes_the_systems_own_sampling_holds(ours: Ours) -> None:
    fake, openai = ours
    await told(openai, Request(turns=ASKED, wishes=Wishes(temperature=1.0), stream=True))
    assert (fake.asked[0]["temperature"], fake.asked[0]["max_tokens"]) == (1.0, 50)
    assert fake.asked[0]["stream"] is True
    assert "tool_choice" not in fake.asked[0]


async def test_what_responses_clients_ask_for_in_chats_words(ours: Ours) -> None:
    fake, openai = ours
    shape = {"type": "json_schema", "name": "n", "strict": True, "schema": {"type": "object"}}
    extra: dict[str, Any] = {
        "reasoning": {"effort": "low", "summary": None},
        "text": {"format": shape, "verbosity": "low"},
    }
    await told(openai, Request(turns=ASKED, dialect="responses", extra=extra))
    asked = fake.asked[0]
    assert (asked["reasoning_effort"], asked["verbosity"]) == ("low", "low")
    assert asked["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": "n", "strict": True, "schema": {"type": "object"}},
    }
    assert "reasoning" not in asked
    assert "text" not in asked


async def test_what_a_provider_has_no_word_for_is_unsupported(ours: Ours, theirs: Theirs) -> None:
    openai, anthropic = ours[1], theirs[1]
    cases: list[tuple[Either, Request, str]] = [
        (openai, Request(turns=ASKED, dialect="messages", extra={"top_k": 5}), "top_k"),
        (
            openai,
            Request(turns=ASKED, dialect="responses", extra={"reasoning": {"summary": "auto"}}),
            "reasoning.summary",
        ),
        (openai, Request(turns=ASKED, dialect="responses", extra={"text": 5}), "text"),
        (anthropic, Request(turns=ASKED, dialect="chat", extra={"verbosity": "low"}), "verbosity"),
        (anthropic, Request(turns=ASKED, seed=1), "a seed"),
        (
            anthropic,
            Request(turns=ASKED, tools=(LOOK,), dialect="messages", extra={"thinking": {"type": "enabled"}}),
            "beside thinking",
        ),
    ]
    for system, request, words in cases:
        for stream in (False, True):
            with pytest.raises(SystemFailure, match=words) as failure:
                await told(system, request.model_copy(update={"stream": stream}))
            assert failure.value.kind == "unsupported"
