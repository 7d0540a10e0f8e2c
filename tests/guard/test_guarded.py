"""A guarded system is a system: what gets in, what gets out, what the record says, and what it does besides."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from meant.core.errors import SystemFailure
from meant.core.guard import ALLOW, Opinion
from meant.core.policy import ToolRule
from meant.core.request import Converses, Request
from meant.core.system import Delta, Reply, System
from meant.core.tool import Returned, Simulated, Tool
from meant.core.turn import ToolCall, Turn
from meant.guard.cascade import Cascade
from meant.guard.guarded import Guarded
from meant.guard.layer import Layer
from meant.systems.conversing import reply_of
from meant.systems.prompted import Prompted
from meant.systems.providers.scripted import Scripted
from meant.systems.tools.tooled import Tooled
from meant.testing import check_system
from tests.guard.fakes import Finds, Says, layer, user
from tests.guard.test_cascade import Tells
from tests.guard.test_layer import Says as Thinks

REFUSAL = "I'd rather not."


def guarded(inner: System, *layers: Layer, **fields: Any) -> Guarded:
    return Guarded(inner, Cascade(layers, "block", **fields), REFUSAL)


def tool(text: str, answers: str = "1") -> Turn:
    return Turn(role="tool", text=text, answers=answers)


async def deltas(system: Guarded, *turns: Turn, stream: bool = True) -> list[Delta]:
    return [delta async for delta in system.converse(Request(turns=turns, stream=stream))]


CALLS = (
    ToolCall(id="1", tool="send", arguments={"text": "fine"}),
    ToolCall(id="2", tool="send", arguments={"text": "SECRET"}),
)
OFFERED = (Tool(name="send", says="A tool.", parameters={"type": "object"}),)


class TestComingIn:
    @pytest.mark.parametrize(
        "turns",
        [
            [user("a SECRET")],
            [user("a SECRET"), Turn(role="assistant", text="Fine."), user("go on")],
            [user("read"), Turn(role="assistant", text="", calls=CALLS[:1]), tool("a SECRET"), user("go on")],
        ],
    )
    async def test_what_is_blocked_is_not_asked_wherever_it_stands(self, turns: list[Turn]) -> None:
        says = Says(("Sure.",))
        system = guarded(says, layer(Finds("SECRET")))
        reply = await system.reply(turns)
        assert says.asked == []
        assert reply.turn == Turn(role="assistant", text=REFUSAL)
        assert reply.finish == "content_filter"
        assert reply.guards[-1].action == "block"
        told = await deltas(system, *turns)
        assert [delta.text for delta in told] == [REFUSAL, ""]
        assert told[-1].reply is not None
        assert told[-1].reply.finish == "content_filter"
        assert says.asked == []

    async def test_what_is_rewritten_is_what_the_model_sees(self) -> None:
        says = Says(("Sure.",))
        rewrites = layer(Finds("SECRET", "rewrite", "[it]"), at=frozenset({"input"}))
        await guarded(says, rewrites).reply([user("my SECRET"), Turn(role="assistant", text="SECRET?"), user("yes")])
        assert [turn.text for turn in says.asked[0]] == ["my [it]", "SECRET?", "yes"]

    async def test_users_and_tools_are_looked_at_in_their_places(self) -> None:
        looks = Finds("nothing")
        turns = [Turn(role="system", text="s"), user("u"), Turn(role="assistant", text="", calls=CALLS[:1]), tool("t")]
        await guarded(Says(("Sure.",)), layer(looks)).reply(turns)
        assert [(sight.place, sight.text) for sight in looks.shown] == [
            ("input", "u"), ("retrieved", "t"), ("output", "Sure."),
        ]  # fmt: skip
        assert looks.shown[1].turns == tuple(turns)
        assert looks.shown[2].turns == (*turns, Turn(role="assistant", text="Sure."))

    async def test_what_guards_need_the_model_to_be_told_ends_the_system_prompt(self) -> None:
        says = Says(("Sure.",))
        system = Prompted(guarded(says, layer(Tells(ALLOW))), "named", "Be kind.")
        await system.reply([user("hello")])
        assert [turn.text for turn in says.asked[0]] == ["Be kind.", "Beware.", "hello"]
        assert [turn.role for turn in says.asked[0]] == ["system", "system", "user"]


class TestGoingOut:
    async def test_what_is_blocked_is_the_refusal(self) -> None:
        reply = await guarded(Says(("a SECRET",)), layer(Finds("SECRET"))).reply([user("hello")])
        assert (reply.turn.text, reply.finish) == (REFUSAL, "content_filter")
        assert [(one.place, one.action) for one in reply.guards] == [("input", "allow"), ("output", "block")]

    async def test_what_is_rewritten_goes_out_as_such(self) -> None:
        reply = await guarded(Says(("a SECRET",)), layer(Finds("SECRET", "rewrite"))).reply([user("hello")])
        assert (reply.turn.text, reply.finish) == ("a [X]", "stop")

    async def test_a_stopped_call_is_left_out_and_others_are_not(self) -> None:
        system = guarded(Says((), CALLS), layer(Finds("SECRET")))
        reply = await system.call([user("go")], tools=OFFERED)
        assert [(call.tool, call.arguments) for call in reply.turn.calls] == [("send", {"text": "fine"})]
        assert (reply.turn.text, reply.finish) == ("", "tool_calls")
        assert [(one.place, one.action) for one in reply.guards[1:]] == [("call", "allow"), ("call", "block")]
        assert reply.guards[1].call == reply.turn.calls[0].id

    @pytest.mark.parametrize(("pieces", "said"), [((), REFUSAL), (("I will.",), "I will.")])
    async def test_where_no_call_is_left_nobody_waits_for_one(self, pieces: tuple[str, ...], said: str) -> None:
        system = guarded(Says(pieces, CALLS[1:]), layer(Finds("SECRET")))
        reply = await system.call([user("go")], tools=[])
        assert (reply.turn.calls, reply.turn.text, reply.finish) == ((), said, "content_filter")
        told = await deltas(system, user("go"))
        assert "".join(delta.text for delta in told) == said
        assert all(delta.call is None for delta in told)

    async def test_a_call_is_rewritten(self) -> None:
        system = guarded(Says((), CALLS), layer(Finds("SECRET", "rewrite", "-")))
        reply = await system.call([user("go")], tools=[])
        assert [call.arguments for call in reply.turn.calls] == [{"text": "fine"}, {"text": "-"}]

    async def test_streamed_calls_wait_until_they_are_whole_and_then_go_out_as_one(self) -> None:
        told = await deltas(guarded(Says(("I will.",), CALLS), layer(Finds("SECRET", "rewrite", "-"))), user("go"))
        calls = [delta.call for delta in told if delta.call]
        assert [(call.at, call.tool, call.arguments) for call in calls] == [
            (0, "send", '{"text":"fine"}'), (1, "send", '{"text":"-"}'),
        ]  # fmt: skip
        assert told[-1].reply is not None
        assert [call.id for call in calls] == [call.id for call in told[-1].reply.turn.calls]
        assert told[-1].reply.finish == "tool_calls"
        assert not any("SECRET" in delta.model_dump_json() for delta in told)

    async def test_a_blocked_text_takes_its_calls_along(self) -> None:
        reply = await guarded(Says(("SECRET",), CALLS[:1]), layer(Finds("SECRET"))).call([user("go")], tools=[])
        assert (reply.turn.calls, reply.turn.text) == ((), REFUSAL)

    async def test_calls_that_nobody_carries_out_stay_as_they_are(self) -> None:
        class Endless(Says):
            async def reply(self, turns: Sequence[Turn], *, seed: int | None = None) -> Reply:
                return Reply(turn=Turn(role="assistant", text="", calls=CALLS), finish="max_steps")

        reply = await guarded(Endless(()), layer(Finds("SECRET"))).reply([user("go")])
        assert (reply.turn.calls, reply.finish) == (CALLS, "max_steps")

    async def test_a_malformed_call_is_looked_at_as_it_was_written(self) -> None:
        broken = ToolCall(id="1", tool="send", malformed="{SECRET")
        reply = await guarded(Says((), (broken,)), layer(Finds("SECRET", "rewrite", "-"))).call([user("go")], tools=[])
        assert reply.turn.calls[0].malformed == "{-"

    async def test_time_counts_the_guards_that_were_waited_for(self) -> None:
        reply = await guarded(Scripted(), layer(Thinks(ALLOW))).reply([user("hello")])
        assert reply.timing is not None
        assert reply.timing.total_s > sum(one.took_s for one in reply.guards) > 0


class TestLeaving:
    """A client that hangs up."""

    async def test_in_mid_stream_the_system_is_let_go(self) -> None:
        says = Says(tuple("A long text that goes on."))
        stream = guarded(says, layer(Finds("SECRET", longest=2))).converse(Request(turns=(user("x"),), stream=True))
        async for _ in stream:
            break
        await stream.aclose()  # type: ignore[attr-defined]
        assert says.closed == [True]
        assert len(says.sent) < 10

    async def test_while_a_guard_thinks_guard_and_system_are_let_go(self) -> None:
        says, gone, thinking = Says(("text ",) * 9), list[bool](), asyncio.Event()

        class Hangs(Finds):
            async def check(self, sight: Any) -> Opinion:
                thinking.set()
                try:
                    await asyncio.Event().wait()
                finally:
                    gone.append(True)
                return ALLOW

        hangs = layer(Hangs("x", longest=2), at=frozenset({"output"}), timeout_s=60)
        reading = asyncio.create_task(deltas(guarded(says, hangs), user("hello")))
        await thinking.wait()
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        assert gone == [True]
        assert says.closed == [True]


class TestShadow:
    async def test_a_whole_reply_has_what_a_slow_one_says(self) -> None:
        ready = asyncio.Event()

        class Slow(Finds):
            async def check(self, sight: Any) -> Opinion:
                await ready.wait()
                return Opinion("block", "late")

        asyncio.get_running_loop().call_later(0.01, ready.set)
        slow = layer(Slow("x"), mode="shadow", at=frozenset({"output"}))
        reply = await guarded(Says(("Sure.",)), slow).reply([user("hello")])
        assert (reply.turn.text, reply.finish) == ("Sure.", "stop")
        assert [(one.mode, one.action) for one in reply.guards] == [("shadow", "block")]

    async def test_the_end_of_a_stream_waits_as_long_as_the_owner_says(self) -> None:
        ready = asyncio.Event()

        class Slow(Finds):
            async def check(self, sight: Any) -> Opinion:
                await ready.wait()
                return Opinion("block", "late")

        slow, said = layer(Slow("x"), mode="shadow", at=frozenset({"output"})), list[str]()
        system = guarded(Says(("Sure.",)), slow, shadow_wait_s=60)
        async for delta in system.converse(Request(turns=(user("hello"),), stream=True)):
            said.append(delta.text)
            ready.set()  # only once a text has gone out
        assert said == ["Sure.", ""]
        assert delta.reply is not None
        assert [one.action for one in delta.reply.guards] == ["block"]

    async def test_a_stream_does_not_wait_for_it(self) -> None:
        slow = layer(Finds("S", "late"), mode="shadow", at=frozenset({"output"}), timeout_s=60)
        told = await deltas(guarded(Says(("Sure.",)), slow), user("hello"))
        assert told[-1].reply is not None
        assert [(one.mode, one.error is not None) for one in told[-1].reply.guards] == [("shadow", True)]


PAY, LOOK = (
    Simulated(name=name, says=name, results=(Returned(returns=returns),))
    for name, returns in (("pay", "paid"), ("look", "the SECRET is 7"))
)
RULES = tuple(
    ToolRule.model_validate({"principle": "care", "rule": "allow", "because": "harmless", **fields})
    for fields in ({"tool": "look"}, {"tool": "pay", "when": [{"argument": "amount", "less_than": 9}]})
)


def wants(name: str, arguments: str) -> str:
    return f'<tool_call>{{"name": "{name}", "arguments": {arguments}}}</tool_call>'


class TestTools:
    """Of a system that carries them out itself."""

    async def acted(self, script: dict[str, str], *layers: Layer) -> Reply:
        cascade = Cascade(layers, "block")
        model = Scripted(script={"Go": script["Go"]}, otherwise="Done.")
        system = Guarded(Tooled(model, RULES, screen=cascade), cascade, REFUSAL)
        return await system.act([user("Go")], tools=[PAY, LOOK])

    async def test_a_stopped_call_does_not_run_and_the_model_is_told(self) -> None:
        stops = layer(Finds("SECRET"), "stops", at=frozenset({"call"}))
        reply = await self.acted({"Go": wants("look", '{"for": "SECRET"}')}, stops)
        (decision,) = reply.decisions
        assert (decision.rule, decision.ran) == ("allow", False)
        assert reply.steps[-1].text == "Not carried out: a guard of this system stops this call. Why: found"
        assert [(one.guard, one.place, one.action) for one in reply.guards] == [("stops", "call", "block")]

    async def test_what_the_rules_deny_is_no_guards_affair(self) -> None:
        looks = Finds("nothing", places=frozenset({"call"}))
        reply = await self.acted({"Go": wants("pay", '{"amount": 99}')}, layer(looks))
        assert looks.shown == []
        assert not reply.decisions[0].ran

    async def test_a_rewritten_call_runs_as_rewritten_and_under_the_rules(self) -> None:
        raises = layer(Finds("2", "rewrite", "99"), at=frozenset({"call"}))
        reply = await self.acted({"Go": wants("pay", '{"amount": 2}')}, raises)
        assert (reply.decisions[0].rule, reply.decisions[0].ran) == ("deny", False)

    @pytest.mark.parametrize(
        ("does", "told"),
        [
            ("block", "Withheld: the result of this call is not shown, since a guard of this system objects to it."),
            ("rewrite", "the [X] is 7"),
            ("escalate", "Withheld: the result of this call is not shown, since a guard of this system objects to it."),
        ],
    )
    async def test_a_result_is_let_in_before_the_model_reads_it(self, does: Any, told: str) -> None:
        reply = await self.acted({"Go": wants("look", "{}")}, layer(Finds("SECRET", does)))
        assert reply.steps[-1].text == told
        assert reply.turn.text == "Done."
        assert next(one.place for one in reply.guards if one.action != "allow") == "retrieved"

    async def test_a_guard_that_asks_is_told_of_as_such(self) -> None:
        reply = await self.acted({"Go": wants("look", "{}")}, layer(Finds("{}", "ask"), at=frozenset({"call"})))
        assert reply.steps[-1].text == (
            "Not carried out: a person has to approve this call first. Nobody has answered yet. Why: found"
        )

    async def test_shadow_is_recorded(self) -> None:
        reply = await self.acted({"Go": wants("look", "{}")}, layer(Finds("SECRET"), mode="shadow"))
        assert reply.steps[-1].text == "the SECRET is 7"
        assert [(one.place, one.action) for one in reply.guards] == [
            ("input", "allow"), ("call", "allow"), ("retrieved", "block"), ("output", "allow"),
        ]  # fmt: skip


class TestContract:
    async def test_it_keeps_the_contract_of_a_system(self) -> None:
        system = guarded(Scripted(), layer(Finds("SECRET")))
        await check_system(system, broken=guarded(Scripted(otherwise="!fail"), layer(Finds("SECRET"))))
        assert isinstance(system, Converses)

    async def test_whatever_changes_its_replies_changes_the_fingerprint(self) -> None:
        inner, cascade = Scripted(), Cascade((layer(Finds("a")),), "block")
        systems: list[System] = [
            inner,
            Guarded(inner, cascade, REFUSAL),
            Guarded(inner, cascade, "No."),
            Guarded(Scripted(otherwise="x"), cascade, REFUSAL),
            Guarded(inner, Cascade((layer(Finds("b")),), "block"), REFUSAL),
        ]
        assert len({system.fingerprint for system in systems}) == len(systems)

    async def test_what_the_inner_system_cannot_do_it_cannot_either(self) -> None:
        system = guarded(Plain(), layer(Finds("a")))
        turns = [user("hello")]
        for attempt in (
            system.act(turns, tools=[]), system.call(turns, tools=[]), system.loglik(turns, []),
        ):  # fmt: skip
            with pytest.raises(SystemFailure, match="plain"):
                await attempt
        with pytest.raises(SystemFailure, match="plain does not stream"):
            system.stream(turns)
        assert await system.render(turns) == "[user]\nhello"

    async def test_a_system_that_only_replies_is_guarded_in_a_whole_request_too(self) -> None:
        request = Request(turns=(user("hello"),))
        assert (await reply_of(guarded(Says(("fine",)), layer(Finds("a"))).converse(request))).turn.text == "fine"
        assert (await reply_of(guarded(Plain(), layer(Finds("hello"))).converse(request))).finish == "content_filter"

    async def test_pieces_that_are_not_the_reply_are_a_failure(self) -> None:
        class Lies(Says):
            async def converse(self, request: Request) -> Any:
                yield Delta(text="one thing")
                yield Delta(text="", reply=Reply(turn=Turn(role="assistant", text="another")))

        class Stops(Says):
            async def converse(self, request: Request) -> Any:
                yield Delta(text="one thing")

        for inner, words in ((Lies(()), "the pieces of the reply are not"), (Stops(()), "ended without a reply")):
            with pytest.raises(SystemFailure, match=words):
                await deltas(guarded(inner, layer(Finds("SECRET"))), user("hello"))


class Plain:
    """Can do nothing but reply."""

    name = "plain"
    fingerprint = "plain"

    async def reply(self, turns: Sequence[Turn], *, seed: int | None = None) -> Reply:
        return Reply(turn=Turn(role="assistant", text="Hello."))

    async def aclose(self) -> None:
        """Nothing to let go of."""


async def test_a_long_conversation_lets_others_in_between() -> None:
    others = list[int]()
    shown = Finds("nowhere")

    async def other() -> None:
        while True:
            others.append(len(shown.shown))
            await asyncio.sleep(0)

    beside = asyncio.ensure_future(other())
    await Guarded(Says(("Hello",)), Cascade((layer(shown),), "block"), "No.").reply([user("Hi")] * 100)
    beside.cancel()
    assert len({seen for seen in others if 0 < seen < 100}) >= 10


@pytest.mark.parametrize("does", ["block", "rewrite"])
async def test_the_name_of_a_tool_that_nobody_offered_is_looked_at_like_words(does: Any) -> None:
    calls = tuple(ToolCall(id=name, tool=name) for name in ("SECRET", "look_up", "unheard_of"))
    system = Guarded(Says(("Well.",), calls), Cascade((layer(Finds("SECRET", does)),), "block"), "No.")
    offered = (Tool(name="look_up", says="Looks up.", parameters={"type": "object"}),)
    request = Request(turns=(user("Hi"),), tools=offered, stream=True)
    deltas = [delta async for delta in system.converse(request)]
    assert [delta.call.tool for delta in deltas if delta.call] == ["look_up", "unheard_of"]
    reply = await system.call([user("Hi")], tools=offered)
    assert [call.tool for call in reply.turn.calls] == ["look_up", "unheard_of"]
    shadow = Guarded(Says(("Well.",), calls), Cascade((layer(Finds("SECRET", does), mode="shadow"),), "block"), "No.")
    assert (await shadow.call([user("Hi")], tools=offered)).turn.calls == calls


async def test_who_goes_while_a_turn_is_looked_at_leaves_no_guard_in_shadow_at_work() -> None:
    slow = Finds("x", "late")
    layers = layer(slow, "shadow", mode="shadow"), layer(Finds("second", "late"), "enforced")
    before = asyncio.all_tasks()
    asked = asyncio.ensure_future(
        Guarded(Says(("Hi",)), Cascade(layers, "block"), "No.").reply([user("x"), user("second")])
    )
    for _ in range(20):
        await asyncio.sleep(0)
    assert slow.shown
    asked.cancel()
    await asyncio.gather(asked, return_exceptions=True)
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == before
