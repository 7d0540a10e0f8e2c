"""The conformance matrix: what guards stop is in no byte that any dialect sends, and what they let go is all there.

Every endpoint, streamed and not, text and tool arguments, every way that a guard can end, and cuts in any place: the
streams are read by the strict readers. `test_conformance_clients.py` has the same with the official clients.
"""

import json
from collections.abc import Iterable

from hypothesis import given, settings
from hypothesis import strategies as st

from meant.core.request import Dialect, Request
from meant.core.system import Delta, Finish, Reply
from meant.core.turn import Turn
from tests.serve.guarding import INSTEAD, OUTCOMES, REFUSAL, SECRET, Outcome, Talks, guarded
from tests.serve.pieces import CUTS, Part
from tests.serve.strict import Got
from tests.serve.test_wires_streams import BY_DIALECT, FINISHES, NAMED, READERS, WHOLE

WORDS = st.sampled_from(
    ["", "a", "SECRE", "S", "SECRET", "T", " ", "SECSECRET", "é👋", "CRET", "SE", "\n\ndata: x\n\n"]
)
TEXTS = st.lists(WORDS, max_size=8).map("".join)
TALKS = st.tuples(TEXTS, st.lists(TEXTS, max_size=2)).map(
    lambda told: (Part(told[0]), *(Part(json.dumps({"q": text}), "look_up") for text in told[1]))
)
ASKED = (Turn(role="user", text="Go on."),)


async def said(parts: tuple[Part, ...], cuts: Iterable[int], outcome: Outcome, *, stream: bool) -> list[Delta]:
    system = guarded(Talks(parts, tuple(cuts)), outcome)
    return [delta async for delta in system.converse(Request(turns=ASKED, stream=stream))]


def sent(dialect: Dialect, pieces: list[Delta]) -> bytes:
    request = Request(turns=ASKED, stream=True, stream_usage=True, dialect=dialect)
    events, reply = BY_DIALECT[dialect].events(request, NAMED), pieces[-1].reply
    assert reply is not None
    return events.begin() + b"".join(events.piece(piece) for piece in pieces[:-1]) + events.end(reply)


def check(got: Got, dialect: Dialect, parts: tuple[Part, ...], outcome: Outcome) -> None:
    """Against arithmetic on the parts: what has the secret in it, and what comes of that."""
    text, *calls = parts
    arguments = [json.loads(call.text)["q"] for call in calls]
    told = [json.loads(call)["q"] for *_, call in got.calls]
    finish: Finish = "tool_calls" if calls else "stop"
    usage = (11, 7)
    if outcome.passes:
        assert (got.text, told) == (text.text, arguments)
    elif outcome.does == "rewrite":
        assert (got.text, told) == (
            text.text.replace(SECRET, INSTEAD),
            [one.replace(SECRET, INSTEAD) for one in arguments],
        )
    elif SECRET in text.text:
        before = text.text.index(SECRET)
        assert got.text == REFUSAL or (text.text.startswith(got.text) and len(got.text) <= before), "leaked"
        assert told == []
        finish = "content_filter"
    else:
        left = [one for one in arguments if SECRET not in one]
        assert told == left
        stopped = len(left) < len(arguments)
        assert got.text == (text.text or (REFUSAL if stopped and not left else ""))
        finish = finish if left or not stopped else "content_filter"
    assert got.finish == FINISHES[dialect][finish]
    assert got.usage in ((usage, None, (0, 0)) if finish == "content_filter" else (usage,))


@settings(max_examples=25, deadline=None)
@given(parts=TALKS, cuts=CUTS)
async def test_streams(parts: tuple[Part, ...], cuts: list[list[int]]) -> None:
    """25 replies x 9 outcomes x 4 cuts x 3 dialects: 2,700 streams."""
    for outcome in OUTCOMES.values():
        for cut in cuts:
            pieces = await said(parts, cut, outcome, stream=True)
            for dialect, read in READERS.items():
                raw = sent(dialect, pieces)
                check(read(raw), dialect, parts, outcome)
                assert outcome.passes or SECRET.encode() not in raw


@settings(max_examples=25, deadline=None)
@given(parts=TALKS)
async def test_whole_answers(parts: tuple[Part, ...]) -> None:
    for outcome in OUTCOMES.values():
        (*_, last) = await said(parts, [1], outcome, stream=False)
        assert last.reply is not None
        for dialect, wire in BY_DIALECT.items():
            raw = wire.whole(last.reply, NAMED)
            check(whole(dialect, raw), dialect, parts, outcome)
            assert outcome.passes or SECRET.encode() not in raw


def whole(dialect: Dialect, raw: bytes) -> Got:
    """What an answer says that is not streamed."""
    text, calls, finish, usage = WHOLE[dialect](json.loads(raw))
    return Got(text, [(id_, name, json.dumps(arguments)) for id_, name, arguments in calls], finish, usage)


async def test_calls_that_no_guard_has_seen_since_nobody_carries_them_out_are_not_told() -> None:
    parts = (Part("It took too long."), Part(json.dumps({"q": SECRET}), "look_up"))
    talks = Talks(parts, finish="max_steps")
    for stream in (False, True):
        system = guarded(talks, OUTCOMES["block"])
        pieces = [delta async for delta in system.converse(Request(turns=ASKED, stream=stream))]
        for dialect in READERS:
            assert SECRET.encode() not in sent(dialect, pieces)
            assert b"look_up" not in sent(dialect, pieces)


def leaky(reply: Reply) -> list[Delta]:
    """What a gateway would send that screens the reply at its end and not on its way."""
    return [Delta(text=character) for character in reply.turn.text] + [Delta(text="", reply=reply)]


def test_a_leak_would_be_seen() -> None:
    reply = Reply(turn=Turn(role="assistant", text=f"It is {SECRET}."), finish="content_filter")
    parts = (Part(reply.turn.text),)
    for dialect, read in READERS.items():
        raw = sent(dialect, leaky(reply))
        try:
            check(read(raw), dialect, parts, OUTCOMES["block"])
        except AssertionError as error:
            assert "leaked" in str(error)  # noqa: PT017
        else:
            raise AssertionError(dialect)
