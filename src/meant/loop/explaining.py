"""What a system's guards do: in a run that was recorded, or asked now about the cases of suites."""

import asyncio
from collections.abc import Sequence

from meant.core.case import Case
from meant.core.errors import ConfigError
from meant.core.system import System
from meant.files.policy import load_policy
from meant.guard.alone import asked_alone
from meant.guard.explaining import Explained, Screened, explained
from meant.guard.guarded import Guarded
from meant.loop.assemble import Assembly
from meant.loop.evaluation import default_suites, load_cases
from meant.loop.judges import Bench
from meant.measure.sample import sample
from meant.store.sqlite import Store
from meant.systems.prompted import Prompted

_AT_ONCE = 8


def guarded_of(system: System) -> Guarded:
    """The guarded system inside. Raises ConfigError where there is none."""
    inner = system
    while isinstance(inner, Prompted):
        inner = inner.inner
    if not isinstance(inner, Guarded):
        raise ConfigError(f"{system.name!r} has no guards; write some under `guards:` of its system file")
    return inner


def explained_run(store: Store, run: str) -> dict[str, Explained]:
    """By system of the run, what its guards did. Raises ConfigError where no system has any."""
    record = store.run(run)
    found = dict[str, Explained]()
    for name in store.profiles(record.id):
        cells = [Screened(case, said.guards) for case, said, _ in store.cells(record.id, name) if said.error is None]
        if any(cell.decisions for cell in cells):
            found[name] = explained(cells)
    if not found:
        raise ConfigError(f"no system of run {record.id} has guards; name a system file, or another run")
    return found


async def explained_system(spec: str, *, policy: str, suites: Sequence[str], limit: int | None) -> Explained:
    """What each of the system's guards says, alone, of what comes in with the suites' cases. The model is not asked."""
    rules = load_policy(policy)
    bench = Bench(rules)
    assembly = Assembly(rules, judge=bench.judge)
    try:
        layers = guarded_of(assembly.system(spec)).cascade.layers
        book, _ = load_cases(suites or default_suites(policy))
        gate = asyncio.Semaphore(_AT_ONCE)

        async def asked(case: Case) -> Screened:
            async with gate:
                return Screened(case, await asked_alone(layers, case.turns))

        cases = sample(book.for_measuring(), limit=limit, seed=0)
        return explained(await asyncio.gather(*map(asked, cases)))
    finally:
        await assembly.aclose()
        await bench.aclose()
