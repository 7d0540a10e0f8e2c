"""Frames: whatever is sent arrives, however the pipe cuts it, and what is no message is an error."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meant.systems.local.wire import MAX_BYTES, Ask, Done, Failed, Frames, Message, Piece, WireError, framed, parsed

ids, text = st.integers(0, 2**40), st.text()
messages = st.one_of(
    st.builds(Piece, id=ids, text=text),
    st.builds(Failed, id=ids, kind=st.sampled_from(["rejected", "server"]), reason=text),
    st.builds(
        Done,
        id=ids,
        text=text,
        finish=st.sampled_from(["stop", "length"]),
        input_tokens=ids,
        logprobs=st.lists(st.floats(-100, 0)),
    ),
    st.builds(
        Ask,
        id=ids,
        turns=st.lists(st.fixed_dictionaries({"role": text, "content": text})),
        temperature=st.floats(0, 5),
        top_p=st.floats(0, 1),
        max_tokens=ids,
        stop=st.lists(text),
        seed=st.none() | ids,
        stream=st.booleans(),
    ),
)


@given(st.lists(messages), st.integers(1, 40))
def test_every_message_arrives_however_it_is_cut(sent: list[Message], size: int) -> None:
    data, frames = b"".join(map(framed, sent)), Frames()
    got = [message for at in range(0, len(data), size) for message in frames.feed(data[at : at + size])]
    assert got == sent


@pytest.mark.parametrize("body", [b"", b"[]", b'["Nobody", {}]', b'["Piece", {"id": 1}]', b"\xff", b'{"Piece": 1}'])
def test_other_bytes_are_an_error(body: bytes) -> None:
    with pytest.raises(WireError, match="no message of this version"):
        parsed(body)


def test_a_library_that_prints_into_the_pipe_is_an_error() -> None:
    assert int.from_bytes(b"Warn", "big") > MAX_BYTES
    with pytest.raises(WireError, match="something else"):
        list(Frames().feed(b"Warning: this CPU is slow"))
