"""What our engine costs beside the work itself: CPU ms a case, 2,000 cases, 64 at once, one run.

`scripted` asks the scripted provider through the engine and the store on disk; `http` asks the openai provider over
loopback; `bare` is an asyncio loop that awaits as many empty coroutines behind a semaphore and keeps the results.
CPU is this process's own (user and system, all threads); the server's is not counted.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from meant.core.case import Case
from meant.core.system import System
from meant.core.turn import Turn
from meant.engine.ask import Asking, ask_all
from meant.store.sqlite import Store
from meant.systems.contract import PROVIDERS

CASES, AT_ONCE = 2000, 64


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="CPU ms a case of the engine.")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    as_json = parser.parse_args().json
    figures = {
        "scripted_cpu_ms": asyncio.run(scripted()),
        "http_cpu_ms": asyncio.run(http()),
        "bare_cpu_ms": asyncio.run(bare()),
        "cases": CASES,
        "at_once": AT_ONCE,
    }
    if as_json:
        print(json.dumps(figures))
        return
    print(f"CPU ms a case ({CASES:,} cases, {AT_ONCE} at once)")
    for name in ("scripted", "http", "bare"):
        print(f"  {name:<9} {figures[f'{name}_cpu_ms']:.3f}")


def some_cases() -> list[Case]:
    """As many different ones as are asked."""
    return [
        Case(
            suite="bench",
            name=str(i),
            turns=(Turn(role="user", text=f"Please answer question number {i} in a few words."),),
            expect="comply",
            principle="p",
            family=f"bench/{i}",
        )
        for i in range(CASES)
    ]


async def scripted() -> float:
    """Our engine, our store, no network."""
    return await through_the_engine(PROVIDERS.build({"use": "scripted"}))


async def http() -> float:
    """The same over loopback HTTP, from a server in its own process."""
    server = subprocess.Popen(  # noqa: ASYNC220 - nothing is measured yet
        [sys.executable, str(Path(__file__).parent / "echo_server.py")], stdout=subprocess.PIPE, text=True
    )
    assert server.stdout
    try:
        port = int(server.stdout.readline())
        settings = {"use": "openai", "model": "echo", "base_url": f"http://127.0.0.1:{port}/v1", "api_key_env": ""}
        return await through_the_engine(PROVIDERS.build(settings, at_once=AT_ONCE))
    finally:
        server.kill()
        server.wait()
        server.stdout.close()


async def through_the_engine(system: System) -> float:
    """CPU ms a case, from cases to stored transcripts."""
    cases = some_cases()
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "store.db") as store:
        per_case = await cpu_ms(ask_all(system, cases, store=store, asking=Asking(at_once=AT_ONCE)))
        assert store.counts()["transcript"] == CASES
    await system.aclose()
    return per_case


async def bare() -> float:
    """The least that asyncio asks for the same shape of work."""
    gate, results = asyncio.Semaphore(AT_ONCE), dict[int, str]()

    async def one(i: int) -> None:
        async with gate:
            await asyncio.sleep(0)
            results[i] = "Sure, here you are."

    async def every() -> None:
        await asyncio.gather(*(one(i) for i in range(CASES)))

    per_case = await cpu_ms(every())
    assert len(results) == CASES
    return per_case


async def cpu_ms(work: Coroutine[Any, Any, Any]) -> float:
    """CPU milliseconds a case that awaiting `work` took."""
    began = time.process_time()
    await work
    return (time.process_time() - began) / CASES * 1000


if __name__ == "__main__":
    main()
