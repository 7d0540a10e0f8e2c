"""What the tool guard may take: no more reading than in proportion, a bound on comparing, and a thread for what is long."""

import re
import sys
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meant.core.flow import Trust
from meant.core.guard import Sight
from meant.guard.injection import marking
from meant.guard.injection.marking import is_marked, unmarked
from meant.guard.layer import Layer
from meant.guard.taint import conversation as conversing
from meant.guard.taint import steps
from meant.guard.taint.conversation import Conversation
from meant.guard.taint.objection import objection
from meant.guard.taint.steps import Steps
from meant.guard.taint.trace import Traced, made_of
from meant.guard.wording import plain as plaining
from meant.guard.wording import values, words
from tests.guard.test_tools import TRUST, flow, guard, policy, said, sight

Shape = Callable[[int], Sight]


def call(arguments: Any, *, user: str = "", brought: str = "", tool: str = "send_mail") -> Sight:
    named = ("read_file", {"path": "bill.txt"}, brought or "Pay DE89370400440532013000.")
    contact = ("find_contact", {"name": "ann"}, user or "ann@example.com")
    asked = f"Send money and mail for bill.txt. {user}"
    return sight(asked, contact, ("save", {"text": user}, "done"), named, tool=tool, **arguments)


def codes(n: int) -> str:
    return " ".join(f"abc{at}" for at in range(n))


def lines(said: str, n: int) -> str:
    return "\n".join(f"Subject: {said.format(at)}" for at in range(n))


def spelled(text: str, n: int) -> list[str]:
    return [text.replace(" ", "." * (at % 40) + " " * (1 + at // 40)) for at in range(n)]


def json(n: int) -> str:
    return orjson.dumps([{"subject": f"abc{at}", "for": "mail"} for at in range(n)]).decode()


SHAPES: dict[str, Shape] = {
    "codes of everybody": lambda n: call({"body": codes(n)}, user=codes(n), brought=codes(n)),
    "others' codes": lambda n: call({"body": codes(n)}, brought=codes(n)),
    "many small texts": lambda n: call({"to": [f"a{chr(97 + at % 26)}" for at in range(n)]}, user="ab"),
    "many texts": lambda n: call({"to": [f"ann b{at}c" for at in range(n)]}, user=" ".join(f"ann b{at}c" for at in range(n))),
    "one long code": lambda n: call({"to": "a1" * n}, user="a1" * n, brought="a1" * n),
    "accounts": lambda n: call({"body": " ".join(f"0{at:09d}" for at in range(n))}, brought="x" * n),
    "a bill": lambda n: call(
        {"amount": [f"{at}.50" for at in range(n)]}, brought="\n".join(f"EUR {at}.50" for at in range(n)), tool="send_money"
    ),
    "a bill of records": lambda n: call(
        {"subject": [f"ann {at}" for at in range(n)]},
        brought="[" + ",".join(f'{{"name": "ann {at}", "amount": "{at}.50"}}' for at in range(n)) + "]",
        tool="send_money",
    ),
    "marks": lambda n: call({"body": "x"}, brought="<<data 0123456789abcdef>>\na" * n),
    "values in words": lambda n: call({"seats": [f"{at}" for at in range(n)]}, user="two seats on May 4 at 3 pm, " * n, brought="1"),
    "labelled lines": lambda n: call({"subject": codes(n).split()}, brought=lines("abc{}", n), tool="send_money"),
    "lines that say one text": lambda n: call(
        {"subject": spelled("ann 5", n)}, brought="Subject: Ann 5\n" * n + "Total: 6\n", tool="send_money"
    ),
    "lines of another name": lambda n: call(
        {"subject": spelled("ann 5", n)}, brought="Who: Ann 5\n" * n + "Total: 6\n", tool="send_money"
    ),
    "fields of the argument's name": lambda n: call({"subject": codes(n).split()}, brought=json(n), tool="send_money"),
    "as many arguments as lines": lambda n: call(
        {"subject": codes(n).split()} | {f"subject {at}": f"abc{at}" for at in range(n)}, brought=lines("abc{}", n), tool="send_money"
    ),
    "a long name": lambda n: call({"to amount text " * n: [f"{at}" for at in range(n)]}),
    "verbs of two words": lambda n: sight(
        "Let me know. " * n + "Send money.", *[("read_file", {}, "abc1 abc2")] * 40, tool="send_money", subject="abc1"
    ),
}  # fmt: skip


def length(seen: Sight) -> int:
    return len(str(seen.call)) + sum(len(turn.text) for turn in seen.turns)


def conversation(seen: Sight) -> Traced:
    assert seen.call is not None
    return Traced.of(Conversation(seen.turns, Trust.model_validate(TRUST)), seen.call)


@pytest.mark.parametrize("shape", SHAPES)
def test_what_is_read_grows_with_what_there_is(shape: str, monkeypatch: pytest.MonkeyPatch) -> None:
    read, plain = list[int](), plaining.plain

    def counted(text: str) -> str:
        read.append(len(text))
        return plain(text)

    for module in (words, values, conversing):
        monkeypatch.setattr(module, "plain", counted)
    monkeypatch.setattr(plaining, "plain", counted)
    for n in (50, 1000):
        seen = SHAPES[shape](n)
        read.clear()
        objection(conversation(seen))
        assert sum(read) <= 25 * length(seen)


def calls_in(seen: Sight) -> int:
    """How many functions are called to trace it: what is not searching within a text, which counts its steps."""
    found, count = conversation(seen), 0

    def counted(*_: object) -> None:
        nonlocal count
        count += 1

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        objection(found)
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("shape", SHAPES)
def test_what_is_done_grows_with_what_there_is(shape: str) -> None:
    objection(conversation(SHAPES[shape](10)))
    assert calls_in(SHAPES[shape](400)) <= 2.2 * calls_in(SHAPES[shape](200))


@pytest.mark.parametrize("shape", SHAPES)
def test_no_call_takes_more_than_it_may(shape: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "MOST", 300_000)
    seen = conversation(SHAPES[shape](1000))
    assert objection(seen) is not None
    assert seen.steps.taken <= 300_000 + steps.LOOK * length(SHAPES[shape](1000)) * 2


async def test_what_is_not_traced_counts_as_others_words(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = call({"to": "ann@example.com"}, user="ann@example.com")
    assert (await said(mine)).action == "allow"
    monkeypatch.setattr(steps, "MOST", 10_000)
    opinion = await said(mine, then="block")
    assert (opinion.action, "than can be traced" in opinion.reason) == ("block", True)


async def test_a_flow_is_not_excused_by_what_is_not_traced(monkeypatch: pytest.MonkeyPatch) -> None:
    under = policy({**TRUST, "matters": {"send_mail": []}}, [flow(after=["read_file"], unless=[{"from_user": ["to"]}])])
    mine = call({"to": "ann@example.com"}, user="ann@example.com")
    assert (await said(mine, under)).action == "allow"
    monkeypatch.setattr(steps, "MOST", 10_000)
    assert (await said(mine, under)).action == "block"


async def test_what_is_long_is_read_in_a_thread_and_can_be_timed_out() -> None:
    def layer() -> Layer:
        one = guard()
        return Layer(one, name="tools", at=one.places, on_error="block", mode="enforce", timeout_s=0.0)

    short, long = (call({"to": "ann@example.com"}, user=f"ann@example.com {'x' * n}") for n in (10, 30_000))
    assert (await layer().decide(short))[1].error is None
    assert (await layer().decide(long))[1].error == "no opinion within 0 s"
    assert (await said(long)).action == "allow"


@given(st.text("ab1", max_size=12), st.text("ab1\n", max_size=30))
def test_a_key_is_cut_into_the_longest_pieces(key: str, written: str) -> None:
    def longest(at: int) -> int:
        return next((end for end in range(len(key), at, -1) if key[at:end] in written), at)

    at, whole = 0, bool(key) and bool(written)
    while at < len(key):
        end = longest(at)
        whole = whole and (end - at >= 3 or end == len(key))
        at = max(end, at + 1)
    assert made_of(key, written, Steps(0)) == whole


MARKED = re.compile(r"<<data ([0-9a-f]{16})(?: (base64|\S))?>>\n(.*)\n<</data \1>>", re.DOTALL)
ONE, TWO = "0123456789abcdef", "fedcba9876543210"
PARTS = st.sampled_from([f"<<data {c}{m}>>\n" for c in (ONE, TWO) for m in ("", " ▁", " base64")] + [f"\n<</data {c}>>" for c in (ONE, TWO)] + ["\n", "a", "aGk=", "▁", "<<data "])  # fmt: skip


@settings(deadline=None)
@given(st.lists(PARTS, max_size=10).map("".join))
def test_marks_are_read_as_the_pattern_has_them(text: str) -> None:
    assert unmarked(text) == MARKED.sub(lambda found: marking._inside(found.group(2), found.group(3)), text)
    assert is_marked(text) == (MARKED.fullmatch(text) is not None)
