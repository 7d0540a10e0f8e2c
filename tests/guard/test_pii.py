"""The guard `pii`: placeholders on the way in and out. What is recognised is in `test_recognise.py`."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meant.core.errors import PluginError
from meant.core.tool import Simulated
from meant.core.turn import ToolCall, Turn
from meant.guard.cascade import Cascade
from meant.guard.contract import GUARDS
from meant.guard.guarded import Guarded
from meant.guard.guards.pii import Pii
from meant.guard.recognise.contract import Recognisers
from meant.systems.tools.tooled import Tooled
from meant.testing import check_guard
from tests.guard.fakes import Says, layer, user
from tests.guard.sights import ROLES, everywhere, sight, split, streamed, whole
from tests.systems.test_tooled import Model, call, rule, said


def pii(**settings: Any) -> Pii:
    built = GUARDS.build({"use": "pii", "then": "redact", **settings})
    assert isinstance(built, Pii)
    return built


async def test_what_the_end_of_a_part_may_still_change_is_left_for_later() -> None:
    given = user("I am ann@example.com")
    for end in range(len("It is ann@example.com") + 1):
        part = replace(sight("output", "It is ann@example.com"[:end], given), whole=False)
        assert (await pii(then="block").check(part)).action == "allow"


async def test_it_keeps_the_contract() -> None:
    asked = user("I am ann@example.com")
    stops = [sight(place, "It is bob@example.com, for <EMAIL_1>. " * 4, asked) for place in ROLES]
    passes = [sight(place, "It is at 12:30, v1.2.3, order 12345678. " * 6, asked) for place in ROLES]
    await check_guard(pii(), stops=stops, passes=[*passes, sight("output", "You are ann@example.com.", asked)])
    for then in ("block", "ask"):
        text = "It is bob@example.com. "
        await check_guard(pii(then=then), stops=everywhere(text), passes=everywhere("It is 12:30. "))


async def test_one_value_has_one_placeholder_whoever_writes_it_how() -> None:
    text = "ann@example.com, ANN@example.com and bob@example.com; +44 20 7946 0958 or +44 (20) 79460958"
    opinion = await pii().check(sight("input", text))
    assert [edit.text for edit in opinion.edits] == ["<EMAIL_1>", "<EMAIL_1>", "<EMAIL_2>", "<PHONE_1>", "<PHONE_1>"]
    later = await pii().check(sight("input", "bob@example.com", user(text)))
    assert [edit.text for edit in later.edits] == ["<EMAIL_2>"]


async def test_each_turn_of_a_long_conversation_is_searched_once_for_all_that_come_after_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    searched, found = list[str](), Recognisers.found

    def counted(self: Any, text: str, *, whole: bool = True) -> Any:
        searched.append(text)
        return found(self, text, whole=whole)

    monkeypatch.setattr(Recognisers, "found", counted)
    turns = [user(f"I am a{i}@example.com") for i in range(30)]
    says = Says(("Hello",))
    await Guarded(says, Cascade((layer(pii()),), "block"), "No.").reply(turns)
    assert [turn.text for turn in says.asked[0]] == [f"I am <EMAIL_{i}>" for i in range(1, 31)]
    assert len(searched) <= 3 * len(turns)


async def test_a_placeholder_that_the_user_wrote_stands_for_nothing() -> None:
    opinion = await pii().check(sight("input", "ann@example.com is <EMAIL_1>"))
    assert [edit.text for edit in opinion.edits] == ["<EMAIL_2>"]
    assert (await pii().check(sight("output", "so <EMAIL_1>", user("ann@example.com is <EMAIL_1>")))).action == "allow"


async def test_what_is_said_goes_back_to_the_one_who_gave_it_and_to_nobody_else() -> None:
    before = (user("I am ann@example.com"), Turn(role="tool", text="owner: bob@example.com", answers="c"))
    opinion = await pii().check(sight("output", "<EMAIL_1>, <EMAIL_2>, ann@example.com, bob@example.com", *before))
    assert [edit.text for edit in opinion.edits] == ["ann@example.com", "<EMAIL>"]
    call = await pii().check(sight("call", '{"to": "<EMAIL_1>", "cc": "<EMAIL_2>"}', *before))
    assert [edit.text for edit in call.edits] == ["ann@example.com", "bob@example.com"]


async def test_a_mask_is_for_good() -> None:
    opinion = await pii(style="mask").check(sight("input", "ann@example.com"))
    assert opinion.edits[0].text == "***@*******.***"
    assert (await pii(style="mask").check(sight("output", "<EMAIL_1>", user("ann@example.com")))).action == "allow"


async def test_no_reason_repeats_a_value() -> None:
    for then in ("redact", "block", "ask"):
        for place in ROLES:
            opinion = await pii(then=then).check(sight(place, "see bob@example.com and 4111 1111 1111 1111"))
            assert "bob" not in opinion.reason
            assert "4111" not in opinion.reason


def test_what_is_to_come_of_it_has_no_default() -> None:
    with pytest.raises(PluginError, match="then"):
        GUARDS.build({"use": "pii"})
    with pytest.raises(PluginError, match="kinds"):
        pii(kinds=["shoe_size"])


async def test_the_model_never_sees_a_value_and_the_user_never_sees_a_placeholder() -> None:
    says = Says(("I wrote to <EMAIL_1>", " and <EMAI", "L_2>."))
    system = Guarded(says, Cascade((layer(pii()),), "block"), "No.")
    asked = (user("I am ann@example.com"), Turn(role="assistant", text="Fine."), user("Write to bob@example.com too"))
    reply = await system.reply(asked)
    assert reply.turn.text == "I wrote to ann@example.com and bob@example.com."
    assert [turn.text for turn in says.asked[0]] == ["I am <EMAIL_1>", "Fine.", "Write to <EMAIL_2> too"]
    assert "@" not in json.dumps([turn.model_dump(mode="json") for turn in says.asked[0]])


async def test_what_the_model_said_comes_back_to_it_as_it_said_it() -> None:
    says = Says(("Done.",))
    system = Guarded(says, Cascade((layer(pii()),), "block"), "No.")
    call = ToolCall(id="c", tool="send", arguments={"to": "ann@example.com", "card": 4111111111111111})
    earlier = Turn(role="assistant", text="I wrote to ann@example.com, not to eve@example.com.", calls=(call,))
    sent = Turn(role="tool", text="sent", answers="c")
    reply = await system.reply((user("Write to ann@example.com"), earlier, sent, user("And now?")))
    assert reply.finish == "stop"
    (seen,) = says.asked
    assert seen[1].text == "I wrote to <EMAIL_1>, not to <EMAIL>."
    assert seen[1].calls[0].arguments == {}
    plain = earlier.model_copy(update={"calls": (call.model_copy(update={"arguments": {"to": "ann@example.com"}}),)})
    await system.reply((user("Write to ann@example.com"), plain, sent, user("And now?")))
    assert says.asked[1][1].calls[0].arguments == {"to": "<EMAIL_1>"}


async def test_a_call_gets_the_value() -> None:
    call = ToolCall(id="c", tool="send", arguments={"to": "<EMAIL_1>"})
    system = Guarded(Says(("On it.",), calls=(call,)), Cascade((layer(pii()),), "block"), "No.")
    reply = await system.reply((user("Write to ann@example.com"),))
    assert reply.turn.calls[0].arguments == {"to": "ann@example.com"}


async def test_tools_of_a_system_get_values_and_the_model_gets_placeholders_of_what_they_return() -> None:
    look = Simulated.model_validate(
        {"name": "look", "says": "Looks.", "results": [
            {"when": [{"argument": "who", "equals": "ann@example.com"}], "returns": "ann's boss is bob@example.com"},
        ]}
    )  # fmt: skip
    model = Model([said("", call("look", who="<EMAIL_1>")), said("Ask <EMAIL_2>, says <EMAIL_1>.")])
    cascade = Cascade((layer(pii()),), "block")
    system = Guarded(Tooled(model, (rule("look", "allow"),), screen=cascade), cascade, "No.")
    reply = await system.act((user("Who is the boss of ann@example.com?"),), tools=[look])
    assert model.asked[1][0][-1].text == "ann's boss is <EMAIL_2>"
    assert not [turn for turns, _ in model.asked for turn in turns if "@" in turn.text]
    assert reply.turn.text == "Ask <EMAIL_2>, says ann@example.com."


PARTS = [
    "<EMAIL_1>",
    "<EMAIL_2>",
    "ann@example.com",
    "bob@example.com",
    "<EMAIL",
    "_1>",
    "4111 1111 1111 1111",
    " 4",
    "Hello there. ",
    "+44 20 7946 0958",
    "<PHONE_1>",
]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(PARTS), max_size=12), st.lists(st.integers(0, 300), max_size=20))
async def test_in_pieces_it_says_what_it_says_at_once(parts: list[str], cuts: Sequence[int]) -> None:
    text, asked = " ".join(parts), (user("I am ann@example.com, call +1 212 555 0199"),)
    assert await streamed(pii(), split(text, cuts), asked) == await whole(pii(), text, asked)
