"""The account of an exchange: the record made of it is a valid one, and the store gives it back as it was."""

from types import SimpleNamespace
from typing import Any, cast

from hypothesis import given, settings
from hypothesis import strategies as st

from meant.core.guard import GuardDecision
from meant.core.request import Request, Wishes
from meant.core.span import Span
from meant.core.system import Reply, Timing, Usage
from meant.core.tool import Decision, Tool
from meant.core.turn import ToolCall, Turn
from meant.serve.account import Account
from meant.serve.callers import Caller
from meant.serve.generation import Serving
from meant.store.database import Database
from meant.store.exchanges import Exchanges, Wanted, Which

TEXTS = st.text('aé“\n"\\\0\U0001f600', max_size=5)
SECONDS = st.floats(0, 1e6)
VALUES: Any = (
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
)
CALLS = st.builds(ToolCall, id=TEXTS.filter(bool), tool=TEXTS, arguments=st.dictionaries(TEXTS, VALUES, max_size=3))
TURNS = st.builds(Turn, role=st.sampled_from(["system", "user"]), text=TEXTS)
REPLIED = st.builds(Turn, role=st.just("assistant"), text=TEXTS, calls=st.lists(CALLS, max_size=2).map(tuple))
GUARDS = st.builds(
    GuardDecision,
    guard=TEXTS,
    place=st.sampled_from(["input", "call", "output"]),
    action=st.sampled_from(["allow", "block", "ask"]),
    mode=st.sampled_from(["enforce", "shadow"]),
    reason=TEXTS,
    score=st.none() | st.floats(allow_nan=False, allow_infinity=False),
    span=st.none() | st.builds(Span, start=st.just(1), end=st.just(2)),
    error=st.none() | TEXTS,
    took_s=SECONDS,
)
DECISIONS = st.builds(
    Decision, call=TEXTS, tool=TEXTS, rule=st.just("ask"), because=TEXTS, approved=st.none() | st.booleans(),
    ran=st.booleans(),
)  # fmt: skip
REPLIES = st.builds(
    Reply,
    turn=REPLIED,
    usage=st.builds(Usage, input_tokens=st.none() | st.integers(0, 9), cost_usd=st.none() | SECONDS),
    finish=st.sampled_from(["stop", "length", "tool_calls"]),
    timing=st.none() | st.builds(Timing, total_s=SECONDS),
    logprobs=st.none() | st.lists(st.floats(-50, 0), max_size=3).map(tuple),
    steps=st.lists(REPLIED, max_size=2).map(tuple),
    decisions=st.lists(DECISIONS, max_size=2).map(tuple),
    guards=st.lists(GUARDS, max_size=3).map(tuple),
)
REQUESTS = st.builds(
    Request,
    turns=st.lists(TURNS, max_size=3).map(tuple),
    tools=st.lists(st.builds(Tool, name=st.just("t"), says=TEXTS.filter(bool)), max_size=1).map(tuple),
    wishes=st.builds(Wishes, temperature=st.none() | st.floats(0, 2), stop=st.none() | st.just(("a", "b"))),
    seed=st.none() | st.integers(0, 9),
    stream=st.booleans(),
    dialect=st.just("chat"),
    extra=st.dictionaries(TEXTS, VALUES, max_size=2),
)
ACCOUNTS = st.builds(
    Account,
    id=st.uuids().map(str),
    at=st.floats(0, 4e9),
    caller=st.builds(
        lambda tenant, key: cast("Caller", SimpleNamespace(tenant=tenant, key=key)),
        st.none() | TEXTS,
        st.none() | TEXTS,
    ),
    serving=st.builds(
        lambda name: cast(
            "Serving", SimpleNamespace(name=name, policy="p", fingerprint="f", system=SimpleNamespace(name="s"))
        ),
        TEXTS,
    ),
    request=REQUESTS,
    dialect=st.sampled_from(["chat", "responses", "messages", "litellm"]),
    traceparent=st.none() | TEXTS,
    pieces=st.lists(TEXTS, max_size=3),
    reply=st.none() | REPLIES,
    ending=st.sampled_from(["answered", "failed", "hung_up", "switched_off", "cut_off"]),
    error=st.none() | TEXTS,
    status=st.sampled_from([0, 200, 502]),
    took_s=SECONDS,
    first_s=st.none() | SECONDS,
)

FILTERS: tuple[Which, ...] = ("stopped", "would_stop", "errors")


@settings(max_examples=50)
@given(account=ACCOUNTS)
def test_a_record_is_valid_comes_back_as_it_was_and_is_found_by_what_came_of_it(account: Account) -> None:
    db = Database(":memory:")
    exchanges, one = Exchanges(db), account.recorded()
    exchanges.add([one])
    for noun in (one.exchange, one.transcript):
        assert type(noun).model_validate(noun.model_dump()) == noun
    assert exchanges.one("last") == one
    failed = one.transcript.error is not None or any(decision.error for decision in one.transcript.guards)
    listed = {"stopped": one.stopped, "would_stop": one.would_have_stopped, "errors": failed}
    assert {which: bool(exchanges.found(Wanted(which))) for which in FILTERS} == {
        which: bool(said) for which, said in listed.items()
    }
    db.close()
