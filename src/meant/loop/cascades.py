"""The guards of a system file, opened to be asked apart from the model that they stand before."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TypeVar

from meant.core.case import Case
from meant.core.errors import ConfigError
from meant.core.system import System
from meant.engine.progress import Progress
from meant.files.policy import load_policy
from meant.guard.alone import asked_alone
from meant.guard.cascade import Cascade
from meant.guard.explaining import Screened
from meant.guard.guarded import Guarded
from meant.guard.layer import Layer
from meant.loop.assemble import Assembly
from meant.loop.judges import Bench
from meant.systems.prompted import Prompted

X = TypeVar("X")
Y = TypeVar("Y")
_AT_ONCE = 8


@asynccontextmanager
async def cascade_of(spec: str, policy: str) -> AsyncIterator[Cascade]:
    """That of the system, its models and judges closed afterwards. Raises ConfigError where it has no guards."""
    rules = load_policy(policy)
    bench = Bench(rules)
    assembly = Assembly(rules, judge=bench.judge)
    try:
        guarded = guarded_in(system := assembly.system(spec))
        if guarded is None:
            raise ConfigError(f"{system.name!r} has no guards; write some under `guards:` of its system file")
        yield guarded.cascade
    finally:
        await assembly.aclose()
        await bench.aclose()


async def screened_alone(layers: Sequence[Layer], cases: Sequence[Case], progress: Progress) -> list[Screened]:
    """What each layer says, by itself, of what comes in with each case."""

    async def asked(case: Case) -> Screened:
        return Screened(case, await asked_alone(layers, case.turns))

    return await a_few_at_once(asked, cases, progress, "asking each layer")


async def a_few_at_once(ask: Callable[[X], Awaitable[Y]], about: Sequence[X], progress: Progress, what: str) -> list[Y]:
    """What is answered about each, in order."""
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(each: X) -> Y:
        async with gate:
            answer = await ask(each)
        progress.step()
        return answer

    progress.begin(what, len(about))
    try:
        return await asyncio.gather(*map(one, about))
    finally:
        progress.end()


def guarded_in(system: System) -> Guarded | None:
    """The guarded system that has the name and the prompt around it; None: it has no guards."""
    while isinstance(system, Prompted):
        system = system.inner
    return system if isinstance(system, Guarded) else None
