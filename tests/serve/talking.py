"""A system whose replies the test decides, and a gateway that serves it over real HTTP on loopback."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp

from meant.core.exchange import Recorded
from meant.core.guard import GuardDecision
from meant.core.request import Request
from meant.core.switch import Switch
from meant.core.system import CallDelta, Delta, Reply, Usage
from meant.core.turn import ToolCall, Turn
from meant.files.gateway import GatewayFile
from meant.serve.gateway import Gateway
from meant.serve.server import Plan, listening, opened
from meant.serve.wires.dialects import WIRES
from meant.store.database import Database
from meant.store.exchanges import Exchanges, Wanted
from meant.store.switches import Switches

CHAT = "/v1/chat/completions"
KEY = "sk-test-0123456789abcdef"


@dataclass
class Talker:
    """Says `pieces`, one delta each; waits for `gate` before the one at `held`; raises `failure` at its end."""

    name: str = "talker"
    pieces: Sequence[str] = ("Sure, ", "here ", "you are.")
    guards: tuple[GuardDecision, ...] = ()
    calls: tuple[ToolCall, ...] = ()
    failure: Exception | None = None
    held: int | None = None
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    asked: list[Request] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    """How each request ended, as the system saw it."""
    began: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    closed: int = 0

    @property
    def fingerprint(self) -> str:
        return f"talker {self.name}"

    async def reply(self, turns: Sequence[Turn], *, seed: int | None = None) -> Reply:
        raise AssertionError("the gateway converses")

    async def converse(self, request: Request) -> AsyncIterator[Delta]:
        self.asked.append(request)
        self.began.set()
        try:
            for at, piece in enumerate(self.pieces):
                if at == self.held:
                    await self.gate.wait()
                yield Delta(text=piece)
            if self.failure:
                raise self.failure  # noqa: TRY301
            for at, call in enumerate(self.calls):
                yield Delta(text="", call=CallDelta(at=at, id=call.id, tool=call.tool, arguments="{}"))
            yield Delta(text="", reply=self._reply())
        except BaseException as error:
            self.ended.append(type(error).__name__)
            raise
        else:
            self.ended.append("whole")
        finally:
            self.over.set()

    def _reply(self) -> Reply:
        return Reply(
            turn=Turn(role="assistant", text="".join(self.pieces), calls=self.calls),
            usage=Usage(input_tokens=3, output_tokens=5),
            finish="tool_calls" if self.calls else "stop",
            guards=self.guards,
        )

    async def aclose(self) -> None:
        self.closed += 1


class Served(NamedTuple):
    """A gateway that listens."""

    gateway: Gateway
    url: str
    http: aiohttp.ClientSession
    store: Path

    async def ask(self, path: str = CHAT, *, key: str | None = None, **body: Any) -> "Answered":
        """Post it; with the usual body where none is given."""
        headers = {"authorization": f"Bearer {key}"} if key else {}
        async with self.http.post(f"{self.url}{path}", json=asking(**body), headers=headers) as response:
            return Answered(response.status, await response.read(), response.headers)

    async def send(self, data: bytes, path: str = CHAT, **headers: str) -> "Answered":
        """Post these bytes."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.http.post(f"{self.url}{path}", data=data, headers=given) as response:
            return Answered(response.status, await response.read(), response.headers)

    async def get(self, path: str, **headers: str) -> "Answered":
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.http.get(f"{self.url}{path}", headers=given) as response:
            return Answered(response.status, await response.read(), response.headers)


class Answered(NamedTuple):
    """What came back."""

    status: int
    body: bytes
    headers: Mapping[str, str]


def asking(**fields: Any) -> dict[str, Any]:
    """A Chat Completions request."""
    return {"model": "talker", "messages": [{"role": "user", "content": "Hello"}]} | fields


POLICY = """
name: small
version: "1"
owner: ann
purpose: To help.
dimensions: [{name: helpful, weight: 1, means: It helps.}]
principles:
  - id: help
    says: Help with what is asked.
    short: Help.
    dimension: helpful
    severity: low
    do: [{prompt: Hello, reply: Hello!}]
    dont: [{prompt: Hello, reply: Go away., instead: Hello!}]
"""


def spec(**fields: Any) -> GatewayFile:
    """A gateway file that serves a Talker."""
    usual: dict[str, Any] = {
        "policy": "policy.yaml",
        "systems": {"talker": "scripted.yaml"},
        "store": {"path": "store.db", "when_full": "wait"},
        "listen": {"port": 0},
        "grace_s": 1,
    }
    return GatewayFile.model_validate(usual | fields)


@asynccontextmanager
async def serving(folder: Path, *talkers: Talker, file: GatewayFile | None = None) -> AsyncIterator[Served]:
    """These systems, each under its name. Every exchange is in the store when it ends."""
    systems = talkers or (Talker(),)
    (folder / "policy.yaml").write_text(POLICY)
    for one in systems:
        (folder / f"{one.name}.yaml").write_text(f"name: {one.name}\nmodel: {{use: scripted}}\n")
    given = file or spec()
    named = {name: served.model_copy(update={"system": f"{name}.yaml"}) for name, served in given.systems.items()}
    given = given.model_copy(update={"systems": {**{one.name: _served(one) for one in systems}, **named}})
    plan = Plan(read=lambda: given, folder=folder, wires=WIRES)
    async with aiohttp.ClientSession() as http, opened(plan) as gateway:
        put(gateway, *systems)
        async with listening(gateway) as url:
            yield Served(gateway, url, http, folder / "store.db")


def put(gateway: Gateway, *talkers: Talker) -> None:
    """In the place of the models that the files name."""
    generation = gateway.generation
    generation.servings = {
        name: one._replace(system=next((t for t in talkers if t.name == name), one.system))
        for name, one in generation.servings.items()
    }


def kept(store: Path, **wanted: Any) -> list[Recorded]:
    """What the store has, the oldest first."""
    db = Database(store)
    try:
        return Exchanges(db).found(Wanted(**wanted))[::-1]
    finally:
        db.close()


def turn(store: Path, switch: Switch) -> None:
    """Turn a switch, as another process does."""
    db = Database(store)
    try:
        Switches(db).turn(switch)
    finally:
        db.close()


def _served(one: Talker) -> Any:
    from meant.files.gateway import Served as Entry

    return Entry(system=f"{one.name}.yaml")
