"""A model with tools: what the rules let be carried out, what the model is told of the rest, and what is recorded."""

import json
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from meant.core.approval import Question
from meant.core.errors import SystemFailure
from meant.core.policy import ToolRule
from meant.core.system import Acts, CallsTools, Loglik, Renders, Reply, Scores, Streams, System, Timing, Usage
from meant.core.tool import Simulated, Tool
from meant.core.turn import ToolCall, Turn
from meant.systems.prompted import Prompted
from meant.systems.providers.scripted import Scripted
from meant.systems.tools.carriers import Function
from meant.systems.tools.tooled import Tooled
from meant.testing import check_system

USER = Turn(role="user", text="Pay Bob 5.")
PAY = Simulated.model_validate({
    "name": "pay", "says": "Pays.",
    "results": [{"when": [{"argument": "sum", "at_most": 5}], "returns": "Paid."}, {"when": [{"argument": "to", "equals": "bob"}], "returns": "Paid Bob."}],
})  # fmt: skip
LOOK = Simulated.model_validate({"name": "look", "says": "Looks.", "results": [{"returns": "Seen."}]})


def rule(tool: str, verb: str, *when: dict[str, Any]) -> ToolRule:
    because = f"{verb} {tool}, since I say so."
    return ToolRule.model_validate({"tool": tool, "rule": verb, "because": because, "principle": "p", "when": when})


RULES = (
    rule("pay", "deny", {"argument": "sum", "greater_than": 100}),
    rule("pay", "ask", {"argument": "sum", "greater_than": 10}),
    rule("pay", "allow"),
    rule("look", "allow"),
)


def call(tool: str, _id: str = "1", **arguments: Any) -> ToolCall:
    return ToolCall(id=_id, tool=tool, arguments=arguments)


def said(text: str = "", *calls: ToolCall, **fields: Any) -> Reply:
    turn = Turn(role="assistant", text=text, calls=calls)
    return Reply(turn=turn, **{"finish": "tool_calls" if calls else "stop", **fields})


@dataclass
class Model:
    """Says what it is told to, in order, and keeps what it was asked."""

    replies: list[Reply | Exception]
    asked: list[tuple[list[Turn], list[str]]] = field(default_factory=list)
    name: str = "model"
    fingerprint: str = "m1"

    async def reply(self, turns: Sequence[Turn], *, seed: int | None = None) -> Reply:
        return await self.call(turns, tools=())

    async def call(self, turns: Sequence[Turn], *, tools: Sequence[Tool], seed: int | None = None) -> Reply:
        self.asked.append((list(turns), [tool.name for tool in tools]))
        found = self.replies.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    async def aclose(self) -> None: ...


@dataclass
class Person:
    """Answers as it is told, and keeps what it was asked."""

    says: Any
    asked: list[Question] = field(default_factory=list)

    async def approve(self, question: Question) -> bool | None:
        self.asked.append(question)
        if isinstance(self.says, Exception):
            raise self.says
        return self.says  # type: ignore[no-any-return]


async def acted(*replies: Reply | Exception, tools: Sequence[Simulated] = (PAY, LOOK), **fields: Any) -> Reply:
    return await Tooled(Model(list(replies)), RULES, **fields).act([USER], tools=tools)


def results(reply: Reply) -> list[str]:
    return [turn.text for turn in reply.steps if turn.role == "tool"]


def ruled(reply: Reply) -> list[tuple[str, bool | None, bool]]:
    return [(one.rule, one.approved, one.ran) for one in reply.decisions]


async def test_a_call_its_result_and_an_answer() -> None:
    wants = said("I pay.", call("pay", to="bob", sum=5))
    model = Model([wants, said("Paid.")])
    reply = await Tooled(model, RULES).act([USER], tools=[PAY, LOOK], seed=3)
    result = Turn(role="tool", text="Paid.", answers="1")
    assert reply.steps == (wants.turn, result)
    assert (reply.turn.text, reply.finish) == ("Paid.", "stop")
    (decision,) = reply.decisions
    assert (decision.call, decision.tool, decision.rule, decision.principle) == ("1", "pay", "allow", "p")
    assert decision.because == "allow pay, since I say so."
    assert model.asked == [([USER], ["pay", "look"]), ([USER, wants.turn, result], ["pay", "look"])]


async def test_an_answer_without_a_call_is_the_models_own() -> None:
    whole = said("No.", usage=Usage(input_tokens=3), timing=Timing(total_s=1.0, first_token_s=0.5), logprobs=(-0.1,))
    assert await acted(whole) == whole


async def test_parallel_calls_are_decided_and_answered_one_by_one_in_order() -> None:
    calls = [call("look", "a"), call("pay", "b", sum=500), call("pay", "c", sum=1), call("fly", "d")]
    reply = await acted(said("", *calls), said("Done."))
    assert [turn.answers for turn in reply.steps[1:]] == ["a", "b", "c", "d"]
    assert [one.call for one in reply.decisions] == ["a", "b", "c", "d"]
    assert ruled(reply) == [("allow", None, True), ("deny", None, False), ("allow", None, True), ("deny", None, False)]
    assert results(reply)[0] == "Seen."
    assert results(reply)[2] == "Paid."


@pytest.mark.parametrize(
    ("wanted", "principle", "told"),
    [
        (call("pay", sum=500), "p", "Not carried out: the policy does not let it be. Why: deny pay, since I say so."),
        (call("fly"), None, "Not carried out: there is no such tool. The tools are: pay, look."),
        (
            ToolCall(id="1", tool="pay", malformed="{sum: 5"),
            None,
            "Not carried out: its arguments are not one whole JSON object: {sum: 5. Call the tool again with an object.",
        ),
    ],
)
async def test_the_model_is_told_why_a_call_was_not_carried_out(
    wanted: ToolCall, principle: str | None, told: str
) -> None:
    reply = await acted(said("", wanted), said("I could not."))
    assert results(reply) == [told]
    assert ruled(reply) == [("deny", None, False)]
    assert reply.decisions[0].principle == principle


async def test_a_tool_that_no_rule_speaks_of_is_denied() -> None:
    model = Model([said("", call("look")), said("I could not.")])
    reply = await Tooled(model, RULES[:3]).act([USER], tools=[LOOK])
    assert ruled(reply) == [("deny", None, False)]
    assert "no rule of the policy allows it" in results(reply)[0]


@pytest.mark.parametrize(
    ("approver", "approved", "told"),
    [
        (Person(True), True, "Paid Bob."),
        (Person(False), False, "a person has to approve this call first. A person was asked and said no. Why: ask pay"),
        (Person(None), None, "a person has to approve this call first. Nobody has answered yet. Why: ask pay"),
        (None, None, "a person has to approve this call first. Nobody has answered yet. Why: ask pay"),
    ],
)
async def test_a_person_decides(approver: Person | None, approved: Any, told: str) -> None:
    wants = said("", call("look", "0"), call("pay", to="bob", sum=50))
    reply = await acted(wants, said("So."), approver=approver)
    assert ruled(reply)[1] == ("ask", approved, approved is True)
    assert told in results(reply)[1]
    if approver:
        (asked,) = approver.asked
        assert (asked.asks, asked.place, asked.because) == ("policy", "call", "ask pay, since I say so.")
        assert (asked.call, asked.turns) == (wants.turn.calls[1], (USER, wants.turn))


class SwitchesOff(Person):
    """Says yes, when it has been switched off."""

    off: set[str]

    async def approve(self, question: Question) -> bool | None:
        self.off.add(question.call.tool if question.call else "")
        return await super().approve(question)


async def test_what_is_switched_off_while_a_person_thinks_is_not_carried_out() -> None:
    person = SwitchesOff(True)
    person.off = set()
    reply = await acted(said("", call("pay", to="bob", sum=50)), said("So."), approver=person, off=person.off)
    assert ruled(reply) == [("deny", True, False)]
    assert "the operator has switched it off" in results(reply)[0]


@pytest.mark.parametrize(
    ("says", "words"),
    [
        (OSError("gone"), "failed: OSError: gone"),
        ("yes", "gave 'yes', not True, False or None"),
        (1, "gave 1, not True"),
    ],
)
async def test_an_approver_that_breaks_is_a_failure_and_no_answer(says: Any, words: str) -> None:
    with pytest.raises(SystemFailure, match=f"^asking a person about pay {words}.*; carried out before that: look$"):
        await acted(said("", call("look"), call("pay", "2", sum=50)), approver=Person(says))


async def test_a_simulated_tool_returns_the_first_result_whose_predicates_hold() -> None:
    calls = [call("pay", "a", sum=5, to="bob"), call("pay", "b", sum=6, to="bob"), call("pay", "c", sum=6, to="eve")]
    reply = await acted(said("", *calls), said("Done."))
    assert results(reply) == ["Paid.", "Paid Bob.", "The tool failed: it has no result for these arguments."]
    assert all(ran for _, _, ran in ruled(reply))


class TestTheBound:
    async def test_it_stops_and_says_so(self) -> None:
        wants = [said(f"Step {i}.", call("look", str(i))) for i in range(9)]
        model = Model([*wants])
        reply = await Tooled(model, RULES, max_steps=3).act([USER], tools=[LOOK])
        assert len(model.asked) == 3
        assert (reply.turn, reply.finish) == (wants[2].turn, "max_steps")
        assert [turn.text for turn in reply.steps] == ["Step 0.", "Seen.", "Step 1.", "Seen."]
        assert [(one.call, one.rule, one.ran) for one in reply.decisions] == [
            ("0", "allow", True), ("1", "allow", True), ("2", "allow", False),
        ]  # fmt: skip

    async def test_nobody_is_asked_about_a_call_that_comes_too_late(self) -> None:
        person = Person(True)
        reply = await acted(said("", call("pay", sum=50)), approver=person, max_steps=1)
        assert person.asked == []
        assert ruled(reply) == [("ask", None, False)]

    async def test_an_answer_at_the_bound_is_an_answer(self) -> None:
        reply = await acted(said("", call("look")), said("Seen."), max_steps=2)
        assert reply.finish == "stop"


class TestSums:
    async def test_usage_and_time_are_those_of_all_steps(self) -> None:
        one = said(
            "", call("look"), usage=Usage(input_tokens=10, output_tokens=2, cost_usd=0.5), timing=Timing(total_s=2.0)
        )
        two = said("Seen.", usage=Usage(input_tokens=20, output_tokens=3, cost_usd=0.25),
                   timing=Timing(total_s=3.0, first_token_s=1.0), logprobs=(-1.0,))  # fmt: skip
        reply = await acted(one, two)
        assert reply.usage == Usage(input_tokens=30, output_tokens=5, cost_usd=0.75)
        assert reply.timing is not None
        assert 5.0 <= reply.timing.total_s < 6.0
        assert reply.timing.first_token_s == pytest.approx(reply.timing.total_s - 2.0)
        assert reply.logprobs == (-1.0,)

    async def test_the_time_of_the_tools_is_in_it(self) -> None:
        timing, slept_s = Timing(total_s=1.0), 0.02
        own_one = Function(Tool(name="look", says="Looks."), "app:look", lambda: time.sleep(slept_s), 5.0)
        model = Model([said("", call("look"), timing=timing), said("Seen.", timing=timing)])
        reply = await Tooled(model, RULES, own=(own_one,)).reply([USER])
        assert reply.timing is not None
        assert reply.timing.total_s >= 2.0 + slept_s

    async def test_what_one_step_did_not_tell_is_unknown(self) -> None:
        one = said("", call("look"), usage=Usage(input_tokens=10, output_tokens=2))
        two = said("Seen.", usage=Usage(input_tokens=20, cost_usd=0.25), timing=Timing(total_s=3.0))
        reply = await acted(one, two)
        assert reply.usage == Usage(input_tokens=30)
        assert reply.timing is None


async def test_a_failure_in_between_names_what_was_carried_out() -> None:
    gone = SystemFailure("gone", kind="server", retry_after_s=2.0)
    with pytest.raises(SystemFailure, match="^gone; carried out before that: look, look$") as lost:
        await acted(said("", call("look", "1"), call("pay", "2", sum=500), call("look", "3")), gone)
    assert (lost.value.kind, lost.value.retry_after_s) == ("server", 2.0)
    with pytest.raises(SystemFailure, match="^gone$"):
        await acted(gone)


def pays(to: str, sum: float = 0) -> Any:  # noqa: A002
    return {"paid": to, "sum": sum, "in": threading.current_thread().name}


async def later(to: str) -> str:
    return f"Later, {to}."


def bad(to: str) -> str:
    raise ValueError(f"no {to}")


def strange(to: str) -> object:
    return {to, "set"}


def hangs(to: str) -> None:
    threading.Event().wait(5)


def own(function: Callable[..., Any], timeout_s: float = 5.0) -> Function:
    return Function(Tool(name="pay", says="Pays."), f"app:{function.__name__}", function, timeout_s)


class TestItsOwnTools:
    @pytest.mark.parametrize(
        ("function", "timeout_s", "told"),
        [
            (later, 5.0, "Later, bob."),
            (bad, 5.0, "The tool failed: ValueError: no bob"),
            (strange, 5.0, "The tool failed: it returned set, which is neither text nor JSON data."),
            (hangs, 0.05, "The tool failed: pay gave no answer within 0.05 s; raise timeout_s"),
        ],
    )
    async def test_whatever_a_function_does_is_a_result(
        self, function: Callable[..., Any], timeout_s: float, told: str
    ) -> None:
        model = Model([said("", call("pay", to="bob")), said("So.")])
        reply = await Tooled(model, RULES, own=(own(function, timeout_s),)).reply([USER])
        assert results(reply) == [told]
        assert ruled(reply) == [("allow", None, True)]
        assert reply.turn.text == "So."

    async def test_data_is_given_as_json_and_a_sync_function_runs_beside_the_loop(self) -> None:
        model = Model([said("", call("pay", to="bob", sum=5)), said("So.")])
        (told,) = results(await Tooled(model, RULES, own=(own(pays),)).reply([USER]))
        assert json.loads(told) == {"paid": "bob", "sum": 5, "in": "meant call"}

    async def test_arguments_that_the_function_does_not_take(self) -> None:
        model = Model([said("", call("pay", whom="bob")), said("So.")])
        (told,) = results(await Tooled(model, RULES, own=(own(pays),)).reply([USER]))
        assert told.startswith("The tool failed: TypeError: ")
        assert "whom" in told

    async def test_a_denied_call_never_reaches_the_function(self) -> None:
        seen = list[Any]()
        recording = Function(PAY, "app:record", lambda **given: seen.append(given), 5.0)
        model = Model([said("", call("pay", "1", sum=500), call("pay", "2", sum=50)), said("No.")])
        await Tooled(model, RULES, own=(recording,)).reply([USER])
        assert seen == []

    async def test_a_cases_tools_stand_in_for_them_and_nothing_real_is_called(self) -> None:
        seen = list[Any]()
        recording = Function(PAY, "app:record", lambda **given: seen.append(given), 5.0)
        model = Model([said("", call("look")), said("So.")])
        reply = await Tooled(model, RULES, own=(recording,)).act([USER], tools=[PAY, LOOK])
        assert (seen, results(reply)) == ([], ["Seen."])
        assert model.asked[0][1] == ["pay", "look"]

    async def test_without_any_reply_is_the_plain_models(self) -> None:
        model = Model([said("Hello.")])
        assert await Tooled(model, RULES).reply([USER]) == said("Hello.")
        assert model.asked == [([USER], [])]


class Scoring(Scripted):
    async def loglik(self, turns: Sequence[Turn], continuations: Sequence[str]) -> list[Loglik]:
        return [Loglik(tokens=(-1.0,)) for _ in continuations]

    async def render(self, turns: Sequence[Turn]) -> str:
        return f"<{turns[-1].text}>"


class TestItHasTheTypeOfWhatItWraps:
    async def test_the_contract(self) -> None:
        for inner in (Scripted(), Scoring()):
            tooled = Tooled(inner, RULES)
            assert isinstance(tooled, System)
            assert isinstance(tooled, Acts)
            await check_system(tooled, broken=Tooled(Scripted(otherwise="!fail"), RULES))
            await check_system(Prompted(tooled, "p", "Be kind."))
            await check_system(Tooled(inner, RULES, own=(own(pays),)))
        wants = Scripted(script={"Say hello": '<tool_call>{"name": "clock"}</tool_call>'})
        for rules in (RULES, (rule("clock", "allow"),)):
            await check_system(wants)
            await check_system(Tooled(wants, rules))
            await check_system(Tooled(wants, rules, max_steps=1))

    async def test_it_streams_scores_and_renders_as_the_model_does(self) -> None:
        tooled = Tooled(Scoring(), RULES)
        assert isinstance(tooled, Streams)
        assert isinstance(tooled, Scores)
        assert isinstance(tooled, Renders)
        assert len([delta async for delta in tooled.stream([USER])]) > 2
        assert await tooled.loglik([USER], ["x"]) == [Loglik(tokens=(-1.0,))]
        assert await tooled.render([USER]) == "<Pay Bob 5.>"
        assert await Tooled(Scripted(), RULES).render([USER]) == "[user]\nPay Bob 5."

    async def test_what_the_model_cannot_do_it_says(self) -> None:
        tooled = Tooled(Model([]), RULES)
        with pytest.raises(SystemFailure, match="does not stream") as failure:
            tooled.stream([USER])
        assert failure.value.kind == "unsupported"
        with pytest.raises(SystemFailure, match="no log-likelihoods") as failure:
            await tooled.loglik([USER], ["x"])
        assert failure.value.kind == "unsupported"

    async def test_with_tools_of_its_own_a_stream_is_one_piece_and_the_prompt_shows_them(self) -> None:
        wants = '<tool_call>{"name": "pay", "arguments": {"to": "bob"}}</tool_call>'
        tooled = Tooled(Scripted(script={"Pay": wants, "paid": "Done, Bob has it."}), RULES, own=(own(pays),))
        deltas = [delta async for delta in tooled.stream([USER])]
        assert [delta.text for delta in deltas] == ["Done, Bob has it.", ""]
        assert deltas[-1].reply is not None
        assert ruled(deltas[-1].reply) == [("allow", None, True)]
        assert (await tooled.render([USER])).endswith("[tool pay]\nPays.")

    async def test_a_prompt_goes_before_the_turns_and_stays_out_of_the_steps(self) -> None:
        model = Model([said("", call("look")), said("Seen.")])
        reply = await Prompted(Tooled(model, RULES), "p", "Be kind.").act([USER], tools=[LOOK])
        assert [turns[0].text for turns, _ in model.asked] == ["Be kind.", "Be kind."]
        assert [turn.role for turn in reply.steps] == ["assistant", "tool"]

    async def test_a_prompted_system_without_tools_says_so(self) -> None:
        @dataclass
        class Plain:
            name: str = "plain"
            fingerprint: str = "f"

            async def reply(self, turns: Sequence[Turn], *, seed: int | None = None) -> Reply:
                return said("Hello.")

            async def aclose(self) -> None: ...

        assert not isinstance(Plain(), CallsTools)
        with pytest.raises(SystemFailure, match="plain cannot be given tools") as failure:
            await Prompted(Plain(), "p").act([USER], tools=[LOOK])
        assert failure.value.kind == "unsupported"
        await check_system(Prompted(Plain(), "p"))


def test_the_fingerprint_covers_all_that_may_change_an_answer() -> None:
    base = Tooled(Scripted(), RULES, own=(own(pays),))
    others: list[System] = [
        Scripted(),
        replace(base, inner=Scripted(otherwise="x")),
        replace(base, rules=RULES[1:]),
        replace(base, rules=(rule("pay", "allow", {"argument": "sum", "at_most": 1}), *RULES[1:])),
        replace(base, own=()),
        replace(base, own=(own(later),)),
        replace(base, own=(replace(own(pays), tool=Tool(name="pay", says="Pays well.")),)),
        replace(base, max_steps=3),
    ]
    found = [one.fingerprint for one in (base, *others)]
    assert len({*found}) == len(found)
    assert replace(base, approver=Person(True)).fingerprint == base.fingerprint == replace(base).fingerprint
