"""The endurance test: many requests, 64 at once, while everything around the gateway goes wrong; then the count.

Of every hundred requests, some hang up at once, some in the middle of a stream, some meet a slow model, some have a
guard throw; twice the model's server is killed and started again. At the end SIGTERM comes while requests are under
way. What must hold: whatever was answered, in whatever way, is in the store; memory stays flat; the gateway ends with
code 0.
"""

import asyncio
import json
import os
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from bench.gateways import served, settings, thrower
from meant.store.database import Database
from meant.store.exchanges import Exchanges, Wanted

AT_ONCE = 64
KILLS = (0.3, 0.6)
"""Of all requests, when the model's server is killed; it is back after `DOWN` more."""
DOWN = 0.02
STEADY = 0.25
"""From when on memory is compared with what it is at the end."""


@dataclass
class Tally:
    """What the clients saw."""

    outcomes: Counter[str] = field(default_factory=Counter)
    answered: set[int] = field(default_factory=set)
    """Requests whose status line came: each of them has to be in the store."""
    rss_mb: list[float] = field(default_factory=list)


def endure(requests: int) -> dict[str, object]:
    """Run it; what was sent, what is in the store, and what memory did."""
    os.environ[settings.VARIABLE] = settings.KEY
    with tempfile.TemporaryDirectory() as name, served.upstream() as first, ExitStack() as models:
        folder = Path(name)
        env = thrower.write(folder)
        env["PYTHONPATH"] += os.pathsep + os.environ.get("PYTHONPATH", "")
        os.environ["PYTHONPATH"] = env["PYTHONPATH"]
        file = settings.ours(folder, first.url, thrower=True)
        tally = Tally()
        with served.ours(file, env) as gateway:
            asyncio.run(_all(Trouble(gateway, first, models, requests, tally)))
        code = gateway.process.returncode
        return _counted(folder / "store.db", tally, requests) | {"exit_code": code}


@dataclass
class Trouble:
    """What goes wrong, and when."""

    gateway: served.Running
    model: served.Running
    models: ExitStack
    requests: int
    tally: Tally

    def before(self, number: int) -> None:
        """Whatever is due before this request."""
        when = [int(self.requests * at) for at in KILLS]
        if number % max(1, self.requests // 200) == 0:
            self.tally.rss_mb.append(self.gateway.rss_mb())
        if number in when:
            self.model.process.kill()
            self.model.process.wait()
        if number in [at + int(self.requests * DOWN) for at in when]:
            self.model = self.models.enter_context(served.upstream(urlsplit(self.model.url).port or 0))
        if number == self.requests - AT_ONCE:
            self.gateway.process.terminate()


async def _all(trouble: Trouble) -> None:
    numbers = iter(range(trouble.requests))
    await asyncio.gather(*(_one_after_another(trouble, numbers) for _ in range(AT_ONCE)))


async def _one_after_another(trouble: Trouble, numbers: Iterator[int]) -> None:
    tally = trouble.tally
    for number in numbers:
        trouble.before(number)
        try:
            tally.outcomes[await _one(trouble.gateway.url, number, tally)] += 1
        except (OSError, asyncio.IncompleteReadError):
            tally.outcomes["no answer" if number not in tally.answered else "broke off"] += 1


async def _one(url: str, number: int, tally: Tally) -> str:
    """One request on a connection of its own; how it ended."""
    to = urlsplit(url)
    reader, writer = await asyncio.open_connection(to.hostname, to.port)
    try:
        writer.write(_request(to.netloc, number))
        if number % 50 == 7:
            return "hung up at once"
        head = await reader.readuntil(b"\r\n\r\n")
        tally.answered.add(number)
        if number % 50 == 8:
            await reader.read(64)
            return "hung up in the middle"
        await reader.read()
        return f"status {int(head[9:12])}"
    finally:
        writer.close()


def _request(host: str, number: int) -> bytes:
    words = f"number {number}:" + (" slow" if number % 40 == 1 else "") + (" throw" if number % 40 == 2 else "")
    asked: dict[str, object] = {"model": "echo", "messages": [{"role": "user", "content": words}]}
    body = json.dumps(asked | ({"stream": True} if number % 4 == 0 else {}), separators=(",", ":")).encode()
    head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {len(body)}\r\n"
    return f"{head}Authorization: Bearer {settings.KEY}\r\n\r\n".encode() + body


def _counted(store: Path, tally: Tally, requests: int) -> dict[str, object]:
    """What the store has, beside what the clients saw."""
    db = Database(store)
    kept = list(Exchanges(db).found(Wanted(limit=2 * requests)))
    db.close()
    numbers = Counter(int(one.transcript.turns[0].text.split()[1].rstrip(":")) for one in kept)
    steady = tally.rss_mb[int(len(tally.rss_mb) * STEADY)]
    return {
        "requests": requests,
        **{f"client: {name}": count for name, count in sorted(tally.outcomes.items())},
        "answered": len(tally.answered),
        "in_store": len(kept),
        "lost": len(tally.answered - set(numbers)),
        "twice": sum(count > 1 for count in numbers.values()),
        **{f"store: {name}": count for name, count in sorted(Counter(one.exchange.ending for one in kept).items())},
        "guards_that_threw": sum(any(said.error for said in one.transcript.guards) for one in kept),
        "rss_mb_after_a_quarter": steady,
        "rss_mb_at_the_end": tally.rss_mb[-1],
        "intact": _intact(store),
    }


def _intact(store: Path) -> bool:
    with sqlite3.connect(store) as db:
        return bool(db.execute("PRAGMA integrity_check").fetchone() == ("ok",))
