"""The conformance matrix as users see it: the real gateway, its bytes, and what the official clients make of them."""

import json
from pathlib import Path

import pytest

from meant.core.request import Dialect
from meant.core.tool import Tool
from tests.serve.clients import clients
from tests.serve.guarding import OUTCOMES, SECRET, Talks, guarded
from tests.serve.pieces import Part
from tests.serve.real import PATHS, body, served
from tests.serve.test_conformance import check, whole
from tests.serve.test_wires_streams import READERS

TOOLS = (Tool(name="look_up", says="Looks a thing up."),)
SAID = {
    "text": (Part(f"Grüße 👋, SECRE, {SECRET}."),),
    "calls": (Part("Look:"), *(Part(json.dumps({"q": q}), "look_up") for q in ("fine", f'a " {SECRET}'))),
}


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
@pytest.mark.parametrize("dialect", PATHS)
async def test_every_outcome(dialect: Dialect, stream: bool, tmp_path: Path) -> None:
    cells = {f"{said}-{name}": (parts, out) for said, parts in SAID.items() for name, out in OUTCOMES.items()}
    systems = {name: guarded(Talks(parts, (2, 1)), outcome) for name, (parts, outcome) in cells.items()}
    async with served(tmp_path, systems) as one, clients(one.url) as theirs:
        for name, (parts, outcome) in cells.items():
            tools = TOOLS if name.startswith("calls") else ()
            got = await theirs.ask(dialect, name, "Go on.", stream=stream, tools=tools)
            check(got, dialect, parts, outcome)
            asked = body(dialect, name, "Go on.", stream=stream, tools=tools)
            async with one.http.post(f"{one.url}{PATHS[dialect]}", json=asked) as response:
                raw = await response.read()
            check(READERS[dialect](raw) if stream else whole(dialect, raw), dialect, parts, outcome)
            assert outcome.passes or SECRET.encode() not in raw
