"""`meant eval --inspect` on tasks that bring tools: who calls, who decides, what is written down."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Ran
from tests.interop.inspecting import APP, kept

pytest.importorskip("inspect_ai", reason="the extra `inspect` is not installed")
pytestmark = [pytest.mark.inspect, pytest.mark.slow, pytest.mark.filterwarnings("default")]

Meant = Callable[..., Ran]


@pytest.mark.parametrize("kind", ["react", "basic"])
def test_the_tasks_tools_are_called_through_the_system(meant: Meant, tasks: Path, kind: str) -> None:
    ran = meant("eval", "app.yaml", "--inspect", "tasks.py@agent", "--inspect-arg", f"kind={kind}")
    assert ran.code == 0, ran.err
    (cell,) = kept()
    assert cell.verdict.outcome == "pass"
    assert Path("added").read_text() == "20+22"
    calls = [call for turn in cell.transcript.turns for call in turn.calls]
    assert (calls[0].tool, dict(calls[0].arguments)) == ("add", {"a": 20, "b": 22})
    submits = {"react": [], "basic": [("submit", {"answer": "42"})]}  # Inspect's react takes the submission out
    assert [(call.tool, dict(call.arguments)) for call in calls[1:]] == submits[kind]
    results = [turn.text for turn in cell.transcript.turns if turn.role == "tool"]
    assert results[0] == "the sum is 42"
    assert cell.transcript.decisions[0].ran
    assert len(cell.transcript.decisions) == len(calls)
    assert cell.transcript.last_reply.endswith("42")


def test_the_policys_rules_hold_over_a_tasks_tools(meant: Meant, tasks: Path) -> None:
    ran = meant("eval", "app.yaml", "--inspect", "tasks.py@payment")
    assert ran.code == 0, ran.err
    assert not Path("sent").exists(), "the policy denies sums of this size"
    (cell,) = kept()
    decision = cell.transcript.decisions[0]
    assert (decision.tool, decision.rule, decision.ran) == ("transfer", "deny", False)
    (result, *_) = (turn.text for turn in cell.transcript.turns if turn.role == "tool")
    assert "Sums of this size are moved in a branch" in result


def test_a_system_with_tools_of_its_own_takes_no_others(meant: Meant, tasks: Path) -> None:
    Path("mine.py").write_text('def look_up() -> str:\n    """Look up."""\n    return "it"\n')
    tools = [{"call": "mine:look_up", "name": "look_up", "says": "Look up."}]
    model = {"use": "scripted", "script": APP}
    Path("own.yaml").write_text(json.dumps({"name": "own", "model": model, "tools": tools}))
    ran = meant("eval", "own.yaml", "--inspect", "tasks.py@agent")
    assert ran.code == 2
    (cell,) = kept("own")
    assert cell.verdict.outcome == "error"
    assert "tools of its own" in cell.verdict.why
