"""The turns of a cell as data: what came after the case's own turns, each call with its decision, nothing lost."""

from typing import Any

from meant.core.tool import Decision
from meant.core.turn import ToolCall, Turn
from meant.measure.report.data import MOST_CHARACTERS
from meant.measure.report.turns import asked, happened
from tests.measure.report_sample import BARE
from tests.measure.report_tools import with_choices, with_tools


def test_steps_are_what_the_system_added_before_its_reply() -> None:
    cell = with_tools(BARE)
    said = happened(cell.case, cell.transcript)
    assert set(said) == {"steps", "guards", "passed"}
    assert [step["role"] for step in said["steps"]] == ["assistant", "tool", "tool"]
    assert [step.get("answers") for step in said["steps"]] == [None, "c1", "c2"]


def test_each_call_carries_its_decision() -> None:
    cell = with_tools(BARE)
    first, second = happened(cell.case, cell.transcript)["steps"][0]["calls"]
    assert first["decision"] == {
        "tool": "refund", "rule": "allow", "because": "small sums", "principle": "do-the-task", "ran": True,
    }  # fmt: skip
    assert (second["malformed"], second["arguments"]) == (True, "{order: all")
    assert (second["decision"]["approved"], second["decision"]["ran"]) == (False, False)


def test_what_guards_said_is_told_but_for_what_they_let_pass() -> None:
    cell = with_tools(BARE)
    said = happened(cell.case, cell.transcript)
    assert said["guards"] == [
        {"guard": "sums", "place": "call", "action": "ask", "mode": "enforce", "call": "c2", "reason": "large",
         "approved": None},
        {"guard": "tone", "place": "output", "action": "block", "mode": "shadow", "reason": "curt", "error": "late",
         "approved": None},
    ]  # fmt: skip
    assert said["passed"] == 1


def test_a_decision_without_its_call_is_not_lost() -> None:
    cell = with_tools(BARE)
    stray = Decision(call="elsewhere", tool="mail", rule="deny", because="no rule speaks of it", ran=False)
    said = happened(cell.case, cell.transcript.model_copy(update={"decisions": (stray,)}))
    assert [d["tool"] for d in said["decisions"]] == ["mail"]
    assert "decision" not in said["steps"][0]["calls"][0]


def test_a_last_turn_that_calls_is_no_empty_reply() -> None:
    cell = with_tools(BARE)
    last = Turn(role="assistant", text="", calls=(ToolCall(id="c9", tool="refund"),))
    said = happened(cell.case, cell.transcript.model_copy(update={"turns": (*cell.case.turns, last)}))
    assert [call["tool"] for call in said["calls"]] == ["refund"]
    assert "steps" not in said


def test_a_conversation_that_ends_with_a_tool_keeps_all_of_it() -> None:
    cell = with_tools(BARE)
    cut = cell.transcript.model_copy(update={"turns": cell.transcript.turns[:3]})
    assert [step["role"] for step in happened(cell.case, cut)["steps"]] == ["assistant", "tool"]


def test_a_plain_answer_adds_nothing() -> None:
    cell = with_choices(BARE)
    assert happened(cell.case, cell.transcript) == {}
    assert asked(cell.case) == [{"role": "user", "text": "Capital of France? Paris, or Lyon?"}]


def test_long_turns_and_arguments_are_cut_and_say_so() -> None:
    cell = with_tools(BARE)
    call = ToolCall(id="c1", tool="refund", arguments={"note": "x" * (MOST_CHARACTERS + 9)})
    turns: tuple[Any, ...] = (
        *cell.case.turns,
        Turn(role="assistant", text="y" * (MOST_CHARACTERS + 3), calls=(call,)),
        Turn(role="assistant", text="Done."),
    )
    (step,) = happened(cell.case, cell.transcript.model_copy(update={"turns": turns}))["steps"]
    assert (len(step["text"]), step["cut"]) == (MOST_CHARACTERS, 3)
    assert len(step["calls"][0]["arguments"]) == MOST_CHARACTERS
    assert step["calls"][0]["cut"] > 9
