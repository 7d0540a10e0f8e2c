"""The conformance matrix as users see it: the official clients over HTTP, whatever guards do meanwhile."""

import json

import pytest

from meant.core.request import Dialect
from meant.core.tool import Tool
from tests.serve.app import served
from tests.serve.clients import clients
from tests.serve.guarding import OUTCOMES, SECRET, Talks, guarded
from tests.serve.pieces import Part
from tests.serve.test_conformance import check

TOOLS = (Tool(name="look_up", says="Looks a thing up."),)
SAID = {
    "text": (Part(f"Grüße 👋, SECRE, {SECRET}."),),
    "calls": (Part("Look:"), *(Part(json.dumps({"q": q}), "look_up") for q in ("fine", f'a " {SECRET}'))),
}


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
@pytest.mark.parametrize("said", SAID)
@pytest.mark.parametrize("dialect", ["chat", "responses", "messages"])
async def test_every_outcome(dialect: Dialect, said: str, stream: bool) -> None:
    systems = {name: guarded(Talks(SAID[said], (2, 1)), outcome) for name, outcome in OUTCOMES.items()}
    async with served(systems) as one, clients(one.url) as theirs:
        for name, outcome in OUTCOMES.items():
            got = await theirs.ask(dialect, name, "Go on.", stream=stream, tools=TOOLS if said == "calls" else ())
            check(got, dialect, SAID[said], outcome)
            assert outcome.passes or SECRET.encode() not in one.sent[-1]
