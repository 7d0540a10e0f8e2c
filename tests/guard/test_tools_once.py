"""The tool guard reads a conversation once a reply, however many calls the reply makes, and each reply anew."""

import asyncio
import weakref
from collections.abc import Sequence

import pytest

from meant.core.system import Reply
from meant.core.tool import Tool
from meant.core.turn import ToolCall, Turn
from meant.guard.cascade import Cascade
from meant.guard.contract import Guard
from meant.guard.guarded import Guarded
from meant.guard.wording import plain as plaining
from meant.guard.wording import spoken, values, words
from meant.systems.tools.screened import sight_of
from tests.guard.fakes import Says, layer
from tests.guard.test_tools import EVIL, IBAN, flow, guard, policy

BILL = f"Invoice 4711\nRecipient: {IBAN}\nAmount: 90.00 EUR\nSubject: invoice 4711\n{'Kind regards. ' * 200}"
JSON = f'{{"recipient": "{IBAN}", "amount": "90.00 EUR", "subject": "invoice 4711", "note": "{"x " * 1500}"}}'
ASKED = "Send money for bill.txt, and mail bob@example.com that it is done. " + "Please. " * 300
LONG = 1_000
"""Characters; of what is read, only texts of the conversation are longer."""
UNDER = policy(flows=[flow(after=["read_file"], tools=["send_money"], unless=[{"from_named": ["recipient"]}])])


def conversation(bill: str) -> list[Turn]:
    read = ToolCall(id="read", tool="read_file", arguments={"path": "bill.txt"})
    return [
        Turn(role="user", text=ASKED),
        Turn(role="assistant", text="", calls=(read,)),
        Turn(role="tool", text=bill, answers="read"),
    ]


def pay(at: int, recipient: str = IBAN) -> ToolCall:
    arguments = {"recipient": recipient, "amount": "90.00", "subject": "invoice 4711"}
    return ToolCall(id=f"pay-{at}", tool="send_money", arguments=arguments)


async def left(one: Guard, turns: Sequence[Turn], *calls: ToolCall) -> Reply:
    """What is left of a reply that makes these calls."""
    system = Guarded(Says(("Done.",), calls), Cascade((layer(one, "tools"),), "block"), "No.")
    offered = [Tool(name=name, says="It does.", parameters={"type": "object"}) for name in {one.tool for one in calls}]
    return await system.call(turns, tools=offered)


@pytest.fixture(name="read")
def _read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every long text that is read, each time that it is."""
    read, plain = list[str](), plaining.plain

    def counted(text: str) -> str:
        if len(text) >= LONG:
            read.append(text)
        return plain(text)

    for module in (plaining, words, values, spoken):
        monkeypatch.setattr(module, "plain", counted)
    return read


@pytest.mark.parametrize("bill", [BILL, JSON])
def test_many_calls_read_no_more_of_the_conversation_than_one_does(bill: str, read: list[str]) -> None:
    turns = conversation(bill)
    counts = list[int]()
    for calls in (1, 8):
        read.clear()
        reply = asyncio.run(left(guard(UNDER), turns, *map(pay, range(calls))))
        assert len(reply.turn.calls) == calls
        counts.append(len(read))
    assert counts[0] > 0
    assert counts[1] == counts[0]


async def test_each_call_is_still_judged_by_itself() -> None:
    reply = await left(guard(), conversation(BILL), pay(0), pay(1, EVIL), pay(2))
    assert [call.arguments["recipient"] for call in reply.turn.calls] == [IBAN, IBAN]
    assert [one.action for one in reply.guards if one.place == "call"] == ["allow", "ask", "allow"]


async def test_the_same_calls_after_other_words_are_another_conversation() -> None:
    one, said = guard(), Turn(role="assistant", text="", calls=(pay(0),))
    first, other = conversation(BILL), conversation(BILL.replace(IBAN, EVIL))
    for turns, action in ((first, "allow"), (other, "ask"), (first, "allow")):
        assert (await one.check(sight_of(pay(0), [*turns, said]))).action == action


async def test_a_conversation_is_forgotten_with_its_last_turn() -> None:
    one, turns = guard(), conversation(BILL)
    said = Turn(role="assistant", text="", calls=(pay(0),))
    assert (await one.check(sight_of(pay(0), [*turns, said]))).action == "allow"
    held = weakref.ref(turns[-1])
    del turns
    assert held() is not None
    del said
    assert held() is None
