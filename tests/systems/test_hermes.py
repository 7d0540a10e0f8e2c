"""Tools in a prompt: what is written is read back, and whatever a model writes is text, calls, or malformed calls."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meant.core.tool import Simulated, Tool
from meant.core.turn import ToolCall, Turn
from meant.systems.tools.calls import DEEPEST, Written, calls_of, wire_name
from meant.systems.tools.hermes import CLOSE, OPEN, Tags, written
from meant.systems.tools.hermes_reply import read

USER = Turn(role="user", text="What is the weather in Oslo?")
PARAMETERS = {"type": "object", "properties": {"city": {"type": "string"}}}
WEATHER = Tool(name="weather", says="The weather in a city.", parameters=PARAMETERS)
NUMBERS = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)  # fmt: skip
ARGUMENTS = st.dictionaries(st.text(), JSON, max_size=3)
CALLS = st.lists(st.builds(lambda tool, given: ToolCall(id="x", tool=tool, arguments=given), st.text(), ARGUMENTS))
PIECES = [
    OPEN, CLOSE, "{", "}", "[", "]", '"name"', ":", '"weather"', ",", '"arguments"', "{}", " ", "\n", "text", "\\", '"',
    "```json", "NaN", "1e999", '"\\ud800"', '{"name": "weather", "arguments": {"city": "Oslo"}}', "🙂",
]  # fmt: skip


def said(reply: str) -> tuple[str, list[tuple[str, Any, bool]]]:
    """The text, and each call's tool, arguments and whether it can be used."""
    found = read(reply, {"weather"})
    calls = calls_of(found.calls, ())
    return found.text, [(one.tool, dict(one.arguments), one.malformed is None) for one in calls]


def test_the_prompt_as_models_learnt_it() -> None:
    """Held against what the `tools` branch of Qwen2.5's chat template renders for the same turns."""
    told = written([Turn(role="system", text="Be kind."), USER], [WEATHER])
    assert [turn.role for turn in told] == ["system", "user"]
    function = '{"name": "weather", "description": "The weather in a city.", "parameters": ' + json.dumps(PARAMETERS)
    assert told[0].text == (
        "Be kind.\n\n# Tools\n\nYou may call one or more functions to assist with the user query.\n\n"
        "You are provided with function signatures within <tools></tools> XML tags:\n<tools>\n"
        f'{{"type": "function", "function": {function}}}}}\n</tools>\n\n'
        "For each function call, return a json object with function name and arguments within "
        "<tool_call></tool_call> XML tags:\n<tool_call>\n"
        '{"name": <function-name>, "arguments": <args-json-object>}\n</tool_call>'
    )


def test_calls_and_results_become_text() -> None:
    calls = (
        ToolCall(id="1", tool="weather", arguments={"city": "Oslo"}),
        ToolCall(id="2", tool="weather", malformed="{oh"),
    )
    turns = [
        USER,
        Turn(role="assistant", text="I look.", calls=calls),
        Turn(role="tool", text="Rain.", answers="1"),
        Turn(role="tool", text="No.", answers="2"),
        Turn(role="user", text="And?"),
    ]
    assert written(turns) == [
        USER,
        Turn(
            role="assistant",
            text='I look.\n<tool_call>\n{"name": "weather", "arguments": {"city": "Oslo"}}\n</tool_call>\n'
            "<tool_call>\n{oh\n</tool_call>",
        ),
        Turn(
            role="user",
            text="<tool_response>\nRain.\n</tool_response>\n<tool_response>\nNo.\n</tool_response>",
        ),
        Turn(role="user", text="And?"),
    ]


@given(st.lists(st.builds(Turn, role=st.sampled_from(["system", "user", "assistant"]), text=st.text())))
def test_turns_without_tools_stay_as_they_are(turns: list[Turn]) -> None:
    assert written(turns) == turns


def test_the_results_of_a_simulated_tool_are_not_told() -> None:
    simulated = Simulated.model_validate({**WEATHER.model_dump(), "results": [{"returns": "secret rain"}]})
    assert "secret" not in written([USER], [simulated])[0].text


@given(CALLS.filter(bool), st.text().filter(lambda text: "<" not in text))
def test_what_is_written_is_read_back(calls: list[ToolCall], text: str) -> None:
    turn = Turn(role="assistant", text=text, calls=tuple(calls))
    found = read(written([turn])[0].text, ())
    assert found.text == text.strip()
    again = calls_of(found.calls, ())
    assert [(one.tool, one.arguments, one.malformed) for one in again] == [(c.tool, c.arguments, None) for c in calls]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_no_reply_breaks_the_reading_and_nothing_is_made_up(reply: str) -> None:
    found = read(reply, {"weather"})
    calls = calls_of(found.calls, ())
    assert bool(calls) or found.text == reply
    assert len({one.id for one in calls}) == len(calls)
    if OPEN not in reply:
        assert all(one.malformed is None and one.tool == "weather" for one in calls)
    for one in calls:
        assert one.malformed is None or not one.arguments
        assert one.malformed is None or one.malformed in reply


@given(st.text())
def test_a_reply_without_tags_that_is_no_json_is_text(reply: str) -> None:
    found = read(f"So: {reply}".replace(OPEN, ""), {"weather"})
    assert found == (f"So: {reply}".replace(OPEN, ""), ())


OSLO = {"city": "Oslo"}
CALL = '{"name": "weather", "arguments": {"city": "Oslo"}}'


@pytest.mark.parametrize(
    ("reply", "text", "calls"),
    [
        (f"I look.\n{OPEN}\n{CALL}\n{CLOSE}", "I look.", [("weather", OSLO, True)]),
        (f"{OPEN}{CALL}", "", [("weather", OSLO, True)]),
        (f"{OPEN}{CALL}\n{OPEN}{CALL}{CLOSE}", "", [("weather", OSLO, True)] * 2),
        (f"{OPEN}[{CALL}, {CALL}]{CLOSE}", "", [("weather", OSLO, True)] * 2),
        (f"{OPEN}{CALL}\n{CALL}{CLOSE}", "", [("weather", OSLO, True)] * 2),
        (f"{OPEN}\n```json\n{CALL}\n```\n{CLOSE}", "", [("weather", OSLO, True)]),
        (f"{OPEN}{CALL}}}{CLOSE} there", "there", [("weather", OSLO, True)]),
        (f"{OPEN}{CALL} and so on{CLOSE}", "and so on", [("weather", OSLO, True)]),
        (f"{OPEN}{CALL}\nand then I wait", "and then I wait", [("weather", OSLO, True)]),
        (f'{OPEN}{{"name": "weather", "parameters": {{"city": "Oslo"}}}}{CLOSE}', "", [("weather", OSLO, True)]),
        (f'{OPEN}{{"name": "weather", "arguments": "{{}}"}}{CLOSE}', "", [("weather", {}, True)]),
        (f'{OPEN}{{"name": "now"}}{CLOSE}', "", [("now", {}, True)]),
        (f'{OPEN}{{"name": "weather", "arguments": {{"city": "{CLOSE}"}}}}{CLOSE}', "", [("weather", {"city": CLOSE}, True)]),
        (f'{OPEN}{{"name": "weather", "arguments": {{"city": "Os', "", [("weather", {}, False)]),
        (f'{OPEN}{{"name": "weather", "city": "Oslo"}}{CLOSE}', "", [("weather", {}, False)]),
        (f'{OPEN}{{"name": "weather", "arguments": ["Oslo"]}}{CLOSE}', "", [("weather", {}, False)]),
        (f'{OPEN}{{"name": "weather", "arguments": {{"city": NaN}}}}{CLOSE}', "", [("weather", {}, False)]),
        (f"{OPEN}weather(city='Oslo'){CLOSE} ok", "ok", [("", {}, False)]),
        (f'{OPEN}{CALL}{{"name": "weather", {CLOSE}', "", [("weather", OSLO, True), ("weather", {}, False)]),
        (f"{OPEN}{CLOSE}", f"{OPEN}{CLOSE}", []),
        (f"{OPEN}{CALL}\n{OPEN}", "", [("weather", OSLO, True)]),
        (CALL, "", [("weather", OSLO, True)]),
        (f"```json\n{CALL}\n```", "", [("weather", OSLO, True)]),
        (f"Call this: {CALL}", f"Call this: {CALL}", []),
        (CALL.replace("weather", "other"), CALL.replace("weather", "other"), []),
        ('{"city": "Oslo"}', '{"city": "Oslo"}', []),
        (f"{CALL} is what I would call.", f"{CALL} is what I would call.", []),
        ("It rains.", "It rains.", []),
        ("", "", []),
    ],
)  # fmt: skip
def test_what_models_write(reply: str, text: str, calls: list[tuple[str, Any, bool]]) -> None:
    assert said(reply) == (text, calls)


def test_what_small_models_really_wrote() -> None:
    """Greedy replies, see the file's first line; each with the calls that a person reads in it."""
    _, *lines = (Path(__file__).parent / "data" / "tool_replies.jsonl").read_text("utf-8").splitlines()
    told = [json.loads(line) for line in lines]
    assert len(told) >= 10
    for one in told:
        found = read(one["reply"], one["offered"])
        calls = calls_of(found.calls, ())
        assert [[c.tool, dict(c.arguments)] for c in calls if c.malformed is None] == one["calls"], one["reply"]
        assert sum(c.malformed is not None for c in calls) == one["malformed"], one["reply"]


def test_the_tags_can_be_written_as_something_else() -> None:
    turns = [USER, Turn(role="assistant", text="", calls=(ToolCall(id="1", tool="t"),))]
    told = written(turns, [WEATHER], tags=Tags("A", "B"))
    assert OPEN not in "".join(turn.text for turn in told)
    assert told[2].text == 'A\n{"name": "t", "arguments": {}}\nB'


class TestCalls:
    @pytest.mark.parametrize(
        ("given", "arguments"),
        [('{"a": 1}', {"a": 1}), ({"a": 1}, {"a": 1}), ("", {}), (" \n", {}), (None, {}), ("{}", {}), ("null", {})],
    )
    def test_arguments(self, given: Any, arguments: Any) -> None:
        (call,) = calls_of([Written("id", "t", given)], ())
        assert (call.arguments, call.malformed) == (arguments, None)

    @pytest.mark.parametrize("given", ["[1]", "7", '"a"', '{"a": }', "{'a': 1}", '{"a": NaN}', '{"a": 1} x'])
    def test_what_is_no_object_is_kept_as_it_was_written(self, given: str) -> None:
        (call,) = calls_of([Written("id", "t", given)], ())
        assert (call.arguments, call.malformed) == ({}, given)

    @pytest.mark.parametrize(("given", "shown"), [([1], "[1]"), (7, "7"), (True, "true")])
    def test_data_that_is_no_object(self, given: Any, shown: str) -> None:
        (call,) = calls_of([Written("id", "t", given)], ())
        assert (call.arguments, call.malformed) == ({}, shown)

    @pytest.mark.parametrize("levels", [DEEPEST + 1, 300, 900])
    def test_what_nests_too_deep_is_malformed_and_breaks_nothing(self, levels: int) -> None:
        text = '{"a":' * levels + "1" + "}" * levels
        for written_so in (text, json.loads(text)):
            (call,) = calls_of([Written("id", "t", written_so)], ())
            assert call.malformed is not None
        assert calls_of([Written("id", "t", '{"a":' * 60 + "1" + "}" * 60)], ())[0].malformed is None

    def test_of_an_answer_that_was_cut_off_the_last_call_is_malformed(self) -> None:
        written = [Written("1", "t", {"a": 1}), Written("2", "t", {"a": 1})]
        first, last = calls_of(written, (), end="length")
        assert (first.arguments, first.malformed) == ({"a": 1}, None)
        assert (last.arguments, last.malformed) == ({}, '{"a":1}')
        assert [one.malformed for one in calls_of(written, (), end="content_filter")] == ['{"a":1}'] * 2
        assert [one.malformed for one in calls_of(written, (), end="tool_calls")] == [None] * 2

    @given(st.lists(st.sampled_from(["", "a", "call_1", "call_2", None, 7]), max_size=6))
    def test_ids_are_distinct_over_the_whole_conversation(self, ids: list[Any]) -> None:
        before = Turn(role="assistant", text="", calls=(ToolCall(id="a", tool="t"), ToolCall(id="call_2", tool="t")))
        calls = calls_of([Written(one, "t", {}) for one in ids], [before])
        every = ["a", "call_2", *(call.id for call in calls)]
        assert len({*every}) == len(every)
        fresh = [one for one in ids if isinstance(one, str) and one not in ("", "a", "call_2") and ids.count(one) == 1]
        assert {*fresh} <= {*every}

    @given(st.text())
    def test_a_name_goes_back_over_the_wire_as_a_name(self, name: str) -> None:
        Tool(name=wire_name(name), says="x")
        assert wire_name("send_mail-2") == "send_mail-2"
