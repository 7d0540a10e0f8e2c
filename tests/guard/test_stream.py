"""Streaming cannot leak: whatever the pieces and whatever guards do, what goes out is what goes out unstreamed."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from meant.core.errors import SystemFailure
from meant.core.guard import OnError
from meant.core.request import Request
from meant.core.system import Reply
from meant.guard.cascade import Cascade
from meant.guard.guarded import Guarded
from meant.guard.layer import Layer
from tests.guard.fakes import Does, Finds, Says, layer, user

REFUSAL = "No."
ASKED = (user("hello"),)


def guarded(says: Says, *layers: Layer, look_back: int = 0) -> Guarded:
    return Guarded(says, Cascade(layers, "block", look_back=look_back), REFUSAL)


async def streamed(system: Guarded, *, stream: bool = True) -> tuple[str, Reply]:
    """What a client reads, piece by piece, and the reply at the end."""
    texts, replies = list[str](), list[Reply]()
    async for delta in system.converse(Request(turns=ASKED, stream=stream)):
        assert not replies
        texts.append(delta.text)
        if delta.reply is not None:
            replies.append(delta.reply)
    (reply,) = replies
    assert "".join(texts) == reply.turn.text
    return "".join(texts), reply


def split(text: str, cuts: Sequence[int]) -> tuple[str, ...]:
    """The text in pieces, cut where it says."""
    at = sorted({cut % (len(text) + 1) for cut in cuts} | {0, len(text)})
    return tuple(text[a:b] for a, b in pairwise(at)) or ("",)


PATTERNS = st.sampled_from(
    [
        *[("ab", 1), ("a{1,3}b", 3), ("(?<=c)a{1,3}b", 4), ("x[ac ]{0,2}b", 3), ("x", 0), ("cb", 2)],
        *[("ab(?!c)", 2), ("(?<!c)ab", 2)],
    ]
)
"""And how far each must see to either side."""
DOES = st.sampled_from(get_args(Does))
INSTEAD = st.sampled_from(["", "", "a", "ab", "xa", "ccc"])
FINDS = st.builds(
    lambda found, more, does, instead: Finds(found[0], does, instead, None if more is None else found[1] + more),
    PATTERNS,
    st.sampled_from([0, 0, 0, 4, None]),
    DOES,
    INSTEAD,
)
TEXTS = st.lists(st.sampled_from(["ab", "aab", "cab", "x", "xb", "cb", "c", "b", " "]), max_size=40).map("".join)
CUTS = st.one_of(st.just(range(100)), st.lists(st.integers(0, 100), max_size=20))


CUT_OUT, FAR = Finds("ab", "rewrite", "", 1), Finds("x[ac ]{0,2}b", "rewrite", "[X]", 3)


@settings(max_examples=1000, deadline=None)
@example("and xccabb and so on", [6, 8, 9], [CUT_OUT, FAR], "block")
@example("xababababababab" * 2 + "b and so on", range(100), [CUT_OUT, FAR], "block")
@example("and abc and so on", range(100), [Finds("ab(?!c)", "block", "", 2)], "block")
@example("and so on and cab and so on", range(100), [Finds("(?<!c)ab", "block", "", 2)], "block")
@given(TEXTS, CUTS, st.lists(FINDS, min_size=1, max_size=3), st.sampled_from(get_args(OnError)))
async def test_what_goes_out_is_what_goes_out_unstreamed(
    text: str, cuts: Sequence[int], finds: list[Finds], on_error: OnError
) -> None:
    layers = [
        layer(one, str(i), on_error=on_error, timeout_s=0.001, at=frozenset({"output"})) for i, one in enumerate(finds)
    ]
    system = guarded(Says(split(text, cuts)), *layers)
    whole = await system.reply(ASKED)
    out, reply = await streamed(system)
    if whole.finish != "content_filter" and reply.finish == "content_filter":
        last = reply.guards[-1]  # a guard broke on what was there by then, and not on the whole
        assert last.error in {"RuntimeError: broke", "no opinion within 0.001 s"}
        return
    assert reply.finish == whole.finish
    if whole.finish != "content_filter":
        assert out == whole.turn.text
        return
    assert whole.turn.text == REFUSAL
    assert out == REFUSAL or let_go(out, text, finds, on_error)


def let_go(out: str, text: str, finds: Sequence[Finds], on_error: OnError) -> bool:
    """Of a reply that was stopped: it begins as it would have unstopped, and holds nothing that stops it."""
    for one in finds:
        if one.does == "rewrite":
            text = re.sub(one.pattern, one.instead, text)
    rewriting = [i for i, one in enumerate(finds) if one.does == "rewrite"]
    stops = {"block", "ask", "escalate", *(("error", "late") if on_error == "block" else ())}
    last = [one for i, one in enumerate(finds) if one.does in stops and i > max(rewriting, default=-1)]
    return text.startswith(out) and all(
        len(out) <= match.start() for one in last for match in re.finditer(one.pattern, text)
    )


async def test_a_secret_that_comes_letter_by_letter_does_not_go_out() -> None:
    says = Says(tuple("The key is SECRET, and so on and on and on."))
    out, reply = await streamed(guarded(says, layer(Finds("SECRET"))))
    assert out == "The key is "[: len(out)]
    assert out
    assert reply.finish == "content_filter"
    assert [one.action for one in reply.guards] == ["allow", "block"]
    assert says.closed == [True]
    assert len(says.sent) < len(says.pieces)


async def test_a_guard_that_takes_back_what_it_let_go_stops_the_rest() -> None:
    """Its hold_back is too small, and so it is a guard that broke: nothing more goes out."""
    says = Says(tuple("I like abcdefgh and more of it"))
    out, reply = await streamed(guarded(says, layer(Finds("abcdefgh", "rewrite", longest=2)), look_back=50))
    assert out == "I like abcde"
    assert reply.finish == "content_filter"
    assert reply.guards[-1].model_dump(include={"guard", "action", "error"}) == {
        "guard": "release", "action": "block", "error": "guards rewrite what they had let go; see hold_back",
    }  # fmt: skip


async def test_it_takes_back_only_at_the_end() -> None:
    says = Says(tuple("I like it. End"))
    out, reply = await streamed(guarded(says, layer(Finds("I like it. End", "rewrite", longest=2))))
    assert (out, reply.finish, reply.guards[-1].guard) == ("I like it. E", "content_filter", "release")


async def test_a_long_reply_is_not_looked_at_from_its_beginning_again_and_again() -> None:
    """What is shown at a piece is the window, at the end the whole once."""
    says, finds = Says(("word ",) * 2000), Finds("SECRET", longest=20)
    out, reply = await streamed(guarded(says, layer(finds, at=frozenset({"output"})), look_back=100))
    assert (len(out), reply.finish) == (10_000, "stop")
    *parts, whole = [len(sight.text) for sight in finds.shown]
    assert whole == len(out)
    assert max(parts) <= 100 + 20 + 5


async def test_a_failure_in_mid_stream_is_one_and_lets_nothing_more_out() -> None:
    says, got = Says(tuple("Some words and then nothing"), fails=20), list[str]()

    async def read() -> None:
        async for delta in guarded(says, layer(Finds("SECRET"))).converse(Request(turns=ASKED, stream=True)):
            got.append(delta.text)

    with pytest.raises(SystemFailure, match="it broke"):
        await read()
    assert "".join(got) == "Some words and then nothing"[: 20 - 8]
