"""Whatever a server sends under a status of 200, reading it ends in pieces or in one SystemFailure."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meant.core.errors import SystemFailure
from meant.systems.chat import Said
from meant.systems.messages import Message

ODD = st.none() | st.integers(-2, 3) | st.text(max_size=3) | st.sampled_from([[], {}, [{}], True])


def mostly(sound: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """What should be there, and now and then something else."""
    return st.integers(0, 7).flatmap(lambda n: sound if n else ODD)


def some(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """An object with these fields, a null as good as none."""
    return mostly(st.fixed_dictionaries({name: mostly(value) for name, value in fields.items()}))


INDEX, ID = st.integers(0, 2), st.sampled_from(["a", "b", "", None])
CALL = some(index=INDEX, id=ID, function=some(name=st.just("look"), arguments=st.just('{"a":1}')))
CHUNK = some(delta=some(content=st.text(max_size=3), tool_calls=st.lists(CALL, min_size=1, max_size=2))).map(
    lambda choice: {"choices": [choice], "usage": None}
)
EVENT = some(
    type=st.sampled_from(["message_start", "content_block_start", "content_block_delta", "message_delta"]),
    index=INDEX,
    content_block=some(
        type=st.sampled_from(["text", "tool_use", "thinking"]), text=st.text(max_size=3), id=ID, name=st.just("look"),
        input=st.just({}),
    ),
    delta=some(type=st.sampled_from(["text_delta", "input_json_delta"]), text=st.text(max_size=3),
               partial_json=st.just('{"a"'), stop_reason=st.just("tool_use")),
    message=some(usage=some(input_tokens=INDEX)),
)  # fmt: skip


@pytest.mark.parametrize(
    ("reader", "events"),
    [
        (lambda: Said(tools=True).add, st.lists(CHUNK, max_size=4)),
        (lambda: Message(tools=True).add, st.lists(EVENT, max_size=4)),
    ],
    ids=["openai", "anthropic"],
)
@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_any_events(reader: Callable[[], Any], events: st.SearchStrategy[Any], data: st.DataObject) -> None:
    read = reader()
    for told in data.draw(events):
        try:
            read(told)
        except SystemFailure as failure:
            assert failure.kind == "protocol"  # noqa: PT017
