"""The guards of a system file, opened to be asked apart from the model that they stand before."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager

from meant.core.case import Case
from meant.core.errors import ConfigError
from meant.core.system import System
from meant.files.policy import load_policy
from meant.guard.alone import asked_alone
from meant.guard.cascade import Cascade
from meant.guard.explaining import Screened
from meant.guard.guarded import Guarded
from meant.guard.layer import Layer
from meant.loop.assemble import Assembly
from meant.loop.judges import Bench
from meant.systems.prompted import Prompted

_AT_ONCE = 8


@asynccontextmanager
async def cascade_of(spec: str, policy: str) -> AsyncIterator[Cascade]:
    """That of the system, its models and judges closed afterwards. Raises ConfigError where it has no guards."""
    rules = load_policy(policy)
    bench = Bench(rules)
    assembly = Assembly(rules, judge=bench.judge)
    try:
        yield _guarded(assembly.system(spec)).cascade
    finally:
        await assembly.aclose()
        await bench.aclose()


async def screened_alone(layers: Sequence[Layer], cases: Iterable[Case]) -> list[Screened]:
    """What each layer says, by itself, of what comes in with each case; a few cases at once."""
    gate = asyncio.Semaphore(_AT_ONCE)

    async def asked(case: Case) -> Screened:
        async with gate:
            return Screened(case, await asked_alone(layers, case.turns))

    return await asyncio.gather(*map(asked, cases))


def _guarded(system: System) -> Guarded:
    inner = system
    while isinstance(inner, Prompted):
        inner = inner.inner
    if not isinstance(inner, Guarded):
        raise ConfigError(f"{system.name!r} has no guards; write some under `guards:` of its system file")
    return inner
