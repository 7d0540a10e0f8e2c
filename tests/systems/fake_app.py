"""A deployed app on the loopback interface: it takes one message, and remembers what was said in a session."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.systems.far_side import FarSide, listening


@dataclass
class FakeApp(FarSide):
    """Replies with all that it was told in the session. Without one it begins its own, and says which."""

    sessions: dict[Any, list[Any]] = field(default_factory=dict)
    """What was told in which session, oldest first."""
    status: int = 200

    async def answer(self, request: web.Request, asked: dict[str, Any]) -> web.StreamResponse:
        session = asked.get("session") or len(self.sessions) + 1
        told = self.sessions.setdefault(session, [])
        told.append(asked.get("message", asked.get("messages")))
        said = " / ".join(str(one) for one in told)
        answer = {"session_id": session, "output": [{"kind": "text", "text": f"You said: {said}"}]}
        return web.json_response(answer, status=self.status)


@asynccontextmanager
async def served(app: FakeApp, method: str = "POST") -> AsyncIterator[FakeApp]:
    """The app, listening at `app.url`."""
    async with listening("/chat", app.handle, method=method) as url:
        app.url = f"{url}/chat"
        yield app
