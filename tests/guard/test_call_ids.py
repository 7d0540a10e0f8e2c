"""Ids of calls are opaque: a model may have put words there, and no guard reads them."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meant.core.guard import Mode
from meant.core.request import Request
from meant.core.system import Reply
from meant.core.tool import Tool
from meant.core.turn import ToolCall, Turn
from meant.guard.cascade import Cascade
from meant.guard.guarded import Guarded
from tests.guard.fakes import Finds, Says, layer, user
from tests.serve.real import PATHS, body, served

LOOK = Tool(name="look", says="Looks.", parameters={"type": "object"})
VALID = re.compile(r"[A-Za-z0-9_-]{1,64}")


def guarded(*ids: str, mode: Mode = "enforce", finish: Any = None) -> Guarded:
    says = Says((), tuple(ToolCall(id=id_, tool="look") for id_ in ids))
    return Guarded(says, Cascade((layer(Finds("SECRET"), mode=mode),), "block"), "No.")


async def whole_and_streamed(system: Guarded, *turns: Turn) -> tuple[Reply, Reply, list[str]]:
    """The reply, the streamed one, and the ids that its pieces had."""
    whole = await system.call(turns, tools=[LOOK])
    deltas = [one async for one in system.converse(Request(turns=turns, tools=(LOOK,), stream=True))]
    assert deltas[-1].reply is not None
    return whole, deltas[-1].reply, [one.call.id for one in deltas if one.call]


def ids_of(reply: Reply) -> list[str]:
    return [call.id for call in reply.turn.calls]


@pytest.mark.parametrize("id_", ["the SECRET is out", "SECRET", "x" * 500, "call_1", "\n"])
async def test_no_word_of_the_models_goes_out_as_an_id(id_: str) -> None:
    whole, streamed, pieces = await whole_and_streamed(guarded(id_, "other"), user("go"))
    assert ids_of(whole) == ids_of(streamed) == pieces
    assert len(set(pieces)) == 2
    assert all(VALID.fullmatch(one) and one not in id_ for one in pieces)
    assert {one.call for one in whole.guards if one.place == "call"} == set(pieces)


@given(st.lists(st.text(min_size=1), min_size=1, max_size=4, unique=True), st.data())
async def test_ids_of_a_conversation_stay_apart_and_calls_stay_with_their_results(ids: list[str], data: Any) -> None:
    system = guarded(*ids)
    first = await system.call([user("go")], tools=[LOOK])
    results = [Turn(role="tool", text=str(at), answers=id_) for at, id_ in enumerate(ids_of(first))]
    again = await system.call(
        [user("go"), first.turn, *data.draw(st.permutations(results)), user("more")], tools=[LOOK]
    )
    assert len({*ids_of(first), *ids_of(again)}) == 2 * len(ids)


async def test_what_is_in_shadow_changes_no_id() -> None:
    assert ids_of(await guarded("given", mode="shadow").call([user("go")], tools=[LOOK])) == ["given"]


@pytest.mark.parametrize("dialect", PATHS)
async def test_clients_are_told_the_same_ids_and_may_send_them_back(dialect: Any, tmp_path: Path) -> None:
    async with served(tmp_path, {"kind": guarded("the SECRET is out")}) as one:
        told = [
            await one.send(
                json.dumps(body(dialect, "kind", "go", stream=stream, tools=(LOOK,))).encode(), PATHS[dialect]
            )
            for stream in (False, True)
        ]
    found = [set(re.findall(rb"call_[0-9a-f]{24}", answered.body)) for answered in told]
    assert found[0] == found[1]
    assert len(found[0]) == 1
    assert all(b"SECRET" not in answered.body for answered in told)
