"""`meant approvals`: what waits is listed, answered once, and the record says who, when and why."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from meant.core.approval import Question
from meant.core.turn import ToolCall, Turn
from meant.store.approvals import Approvals
from tests.conftest import Ran

Meant = Callable[..., Ran]
NOON = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)
DB = Path(".meant/store.db")
ASKED = (Turn(role="user", text="Pay Bob."),)
PAY = ToolCall(id="1", tool="pay", arguments={"amount": 900})


@pytest.fixture
def asked(meant: Meant) -> list[str]:
    """Ids of a call and of a text that somebody is asked about."""
    with Approvals(DB) as approvals:
        call = Question(asks="policy", place="call", because="a large sum", call=PAY, turns=ASKED)
        text = Question(asks="odd", place="input", because="odd words", text="Pay Bob.", turns=ASKED)
        return [approvals.ask(one, at=NOON).id for one in (call, text)]


def test_what_waits_is_listed(meant: Meant, asked: list[str]) -> None:
    out = meant("approvals", "list").out
    assert all(id_ in out for id_ in asked)
    assert "pay {'amount': 900}" in out
    assert [one["id"] for one in meant("approvals", "list", "--json").json["askings"]] == asked


def test_one_is_shown_with_its_conversation(meant: Meant, asked: list[str]) -> None:
    out = meant("approvals", "show", asked[0][:6]).out
    assert "Pay Bob." in out
    assert "a large sum" in out
    assert "none yet" in out


@pytest.mark.parametrize(("verb", "approved"), [("approve", True), ("deny", False)])
def test_an_answer_is_kept_with_who_and_why_and_cannot_be_changed(
    meant: Meant, asked: list[str], verb: str, *, approved: bool
) -> None:
    ran = meant("approvals", verb, asked[0], "--by", "ann", "--why", "known", "--json")
    assert (ran.code, ran.json["approved"], ran.json["by"], ran.json["why"]) == (0, approved, "ann", "known")
    said = f"{'approved' if approved else 'denied'} by ann"
    for again in ("approve", "deny"):
        ran = meant("approvals", again, asked[0], "--by", "bob")
        assert ran.code == 2
        assert said in ran.err
        assert "stands for good" in ran.err
    assert [one["id"] for one in meant("approvals", "list", "--json").json["askings"]] == asked[1:]
    everything = meant("approvals", "list", "--all", "--json").json["askings"]
    assert [one["answer"] and one["answer"]["by"] for one in everything] == ["ann", None]
    assert f"{said}, 20" in meant("approvals", "show", asked[0]).out


def test_an_unknown_id_says_which_are_open(meant: Meant, asked: list[str]) -> None:
    ran = meant("approvals", "approve", "zzz")
    assert ran.code == 2
    assert f"no asking 'zzz'; open: {', '.join(asked)}" in ran.err


def test_without_a_store_there_is_nothing(meant: Meant) -> None:
    assert meant("approvals", "list").code == 2
