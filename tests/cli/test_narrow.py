"""What operators look at in a terminal of 80 characters: nothing that tells two lines apart is cut away."""

from collections.abc import Callable
from pathlib import Path

import pytest

from meant.core.approval import Question
from meant.core.exchange import Recorded
from meant.core.guard import GuardDecision
from meant.core.turn import ToolCall, Turn
from meant.store.approvals import Approvals
from meant.store.database import Database
from meant.store.exchanges import Exchanges
from tests.cli.terminal import Terminal
from tests.conftest import NOON, Ran
from tests.guard.plugged import plug
from tests.serve.test_recorder import record

Meant = Callable[..., Ran]
STORE = Path(".meant/store.db")
LAYERS = """name: mine
model: {use: scripted}
guards:
  unresolved: block
  layers:
    - {use: word, name: first-words, word: kill, on_error: block, mode: enforce}
    - {use: broken, word: x, on_error: block, mode: shadow, at: [input]}
"""


@pytest.fixture
def narrow(meant: Meant, monkeypatch: pytest.MonkeyPatch) -> Meant:
    """`meant`, 80 characters wide."""
    monkeypatch.setenv("COLUMNS", "80")
    return meant


def kept(**fields: str) -> None:
    """One exchange in the store, of which one guard stopped something and another would have."""
    said = [GuardDecision(guard=name, place="output", action="block", mode=mode) for name, mode in MODES]
    said += [GuardDecision(guard="pii", place="input", action="rewrite", mode="shadow")]
    one = record(1)
    exchange = one.exchange.model_copy(update={"request": "06612b10bb08bf658f5", **fields})
    transcript = one.transcript.model_copy(update={"guards": tuple(said)})
    db = Database(STORE)
    Exchanges(db).add([Recorded(exchange=exchange, transcript=transcript)])
    db.close()


def test_an_error_is_red_on_a_terminal_unless_colours_are_not_wanted() -> None:
    for no_color, red in (("", True), ("1", False)):
        with Terminal("policy", "show", "nothing.yaml", NO_COLOR=no_color, TERM="xterm") as terminal:
            assert terminal.end() == 2
            assert ("\x1b[31m" in terminal.printed) is red


MODES = (("rules", "enforce"), ("grounding", "shadow"))


def test_an_exchange_is_listed_with_who_and_with_what_guards_did(narrow: Meant) -> None:
    kept(tenant="shop", system="desk")
    listed = narrow("exchanges", "list").out
    for told in ("06612b10bb08bf65", "01-02 12:00:00", "shop", "desk", "answered", "200", "rules", "grounding"):
        assert told in listed
    assert "would:" in listed
    assert "would rewrite:" in listed
    assert "pii" in listed
    assert max(map(len, listed.splitlines())) <= 80


@pytest.mark.parametrize(("approved", "told"), [(True, "approved"), (False, "denied"), (None, "nobody answered")])
def test_an_exchange_is_shown_with_what_a_person_said(narrow: Meant, told: str, *, approved: bool | None) -> None:
    asks = GuardDecision(guard="tools", place="call", action="ask", mode="enforce", reason="much", approved=approved)
    one = record(1)
    db = Database(STORE)
    transcript = one.transcript.model_copy(update={"guards": (asks,)})
    Exchanges(db).add([Recorded(exchange=one.exchange, transcript=transcript)])
    db.close()
    assert f"guard tools, call, enforce: ask: much ({told})" in narrow("exchanges", "show").out


def test_an_empty_list_names_the_store(narrow: Meant) -> None:
    kept(tenant="shop", system="desk")
    ran = narrow("exchanges", "list", "--system", "disk")
    assert (ran.code, ran.out) == (0, "")
    assert f"in {STORE}" in ran.err
    ran = narrow("approvals", "list")
    assert (ran.code, ran.out) == (0, "")
    assert f"nothing waits for an answer in {STORE}" in ran.err


def test_what_waits_is_listed_with_its_whole_id_and_whose_it_is(narrow: Meant) -> None:
    call = ToolCall(id="1", tool="refund", arguments={"order": "A7", "amount": 900, "note": "x" * 500})
    turns = (Turn(role="user", text="My money back."),)
    with Approvals(STORE) as approvals:
        question = Question(
            asks="tools", place="call", because="much", call=call, turns=turns, system="desk", tenant="shop"
        )
        number = approvals.ask(question, at=NOON).id
    listed = narrow("approvals", "list").out
    for told in (number, "tools (call)", "desk", "shop", "refund"):
        assert told in listed
    assert "x" * 300 not in "".join(listed.split())
    assert "answer" in narrow("approvals", "list", "--all").out


def test_figures_of_layers_are_whole_and_an_error_is_told_in_its_words(
    narrow: Meant, monkeypatch: pytest.MonkeyPatch
) -> None:
    plug(monkeypatch)
    Path("mine.yaml").write_text(LAYERS)
    ran = narrow("guard", "explain", "mine.yaml", "--suite", "refusal", "--limit", 40)
    assert "first-words" in ran.out
    assert "adds 0" in ran.out
    assert "…" not in ran.out
    assert "broken failed" in ran.err
    assert "it never works" in ran.err


def test_an_error_of_a_layer_is_told_in_its_words(narrow: Meant, monkeypatch: pytest.MonkeyPatch) -> None:
    plug(monkeypatch)
    Path("mine.yaml").write_text(LAYERS)
    out = narrow("guard", "test", "mine.yaml", "hello").out
    assert "block (shadow, error)" in out
    assert "RuntimeError: it never" in out
    assert "no layer looks at call" in narrow("guard", "test", "mine.yaml", "{}", "--at", "call").out


@pytest.mark.parametrize(("kind", "name", "doubted"), [("system", "desk", False), ("system", "disk", True),
                                                       ("tenant", "shop", False), ("tenant", "shoe", True),
                                                       ("tool", "refund", False)])  # fmt: skip
def test_a_switch_that_nobody_was_ever_served_by_is_doubted(
    narrow: Meant, kind: str, name: str, *, doubted: bool
) -> None:
    kept(tenant="shop", system="desk")
    ran = narrow("switch", "off", kind, name, "--reason", "it leaks")
    assert ran.code == 0
    assert ("is that the gateway's store?" in ran.err) is doubted
    assert [one["name"] for one in narrow("switch", "list", "--json").json["off"]] == [name]
