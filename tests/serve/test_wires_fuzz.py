"""No body breaks a wire: whatever is sent, it is a request or a refusal in the dialect's own shape."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meant.core.request import Dialect
from meant.serve.wires.contract import Asked, Refused, Wire
from meant.serve.wires.dialects import WIRES
from tests.serve.bodies import BODIES

BY_DIALECT: dict[Dialect, Wire] = {wire.dialect: wire for wire in WIRES.values()}
EACH = pytest.mark.parametrize("dialect", BY_DIALECT)
WORDS = [
    "type",
    "text",
    "content",
    "role",
    "id",
    "name",
    "function",
    "tool",
    "user",
    "assistant",
    "tool_result",
    "input",
]
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(WORDS)
JSON: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS) | st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)


def outcome(wire: Wire, body: bytes) -> Asked | Refused:
    """Whatever comes; every other exception is a fault."""
    try:
        return wire.read(body)
    except Refused as caught:
        refused = caught
    told = json.loads(wire.error(refused))["error"]
    assert refused.status == 400
    assert 0 < len(told["message"]) < 400, "a refusal repeats little of what was sent"
    return refused


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path to everything inside."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(deeper for key, one in inner for deeper in places(one, (*path, key)))]


@st.composite
def mutated(draw: st.DrawFn, dialect: Dialect) -> Any:
    """A good body with one to three things in it replaced, or taken out."""
    body = copy.deepcopy(BODIES[dialect])
    for _ in range(draw(st.integers(1, 3))):
        *path, last = draw(st.sampled_from(places(body)[1:]))
        holder: Any = body
        for key in path:
            holder = holder[key]
        if draw(st.booleans()):
            holder[last] = draw(JSON)
        else:
            del holder[last]
    return body


@EACH
@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_bodies_with_something_wrong(dialect: Dialect, data: st.DataObject) -> None:
    outcome(BY_DIALECT[dialect], json.dumps(data.draw(mutated(dialect))).encode())


@EACH
@settings(max_examples=60, deadline=None)
@given(body=st.binary(max_size=40) | JSON.map(lambda value: json.dumps(value).encode()))
def test_bodies_that_are_anything(dialect: Dialect, body: bytes) -> None:
    assert isinstance(outcome(BY_DIALECT[dialect], body), Refused)


@EACH
def test_the_good_bodies_are_good(dialect: Dialect) -> None:
    assert isinstance(outcome(BY_DIALECT[dialect], json.dumps(BODIES[dialect]).encode()), Asked)
