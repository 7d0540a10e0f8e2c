"""What a system's guards do: in a run that was recorded, or asked now about the cases of suites."""

from collections.abc import Sequence

from meant.core.errors import ConfigError
from meant.engine.progress import Progress
from meant.guard.ablation import Alone
from meant.guard.explaining import Explained, Screened, explained
from meant.loop.cascades import cascade_of, screened_alone
from meant.loop.evaluation import default_suites, load_cases
from meant.measure.sample import sample
from meant.store.sqlite import Store


def explained_run(store: Store, run: str) -> dict[str, Explained]:
    """By system of the run, what its guards did. Raises ConfigError where no system has any."""
    record = store.run(run)
    found = dict[str, Explained]()
    for name in store.profiles(record.id):
        cells = [Screened(case, said.guards) for case, said, *_ in store.cells(record.id, name) if said.error is None]
        if any(cell.decisions for cell in cells):
            found[name] = explained(cells)
    if not found:
        raise ConfigError(f"no system of run {record.id} has guards; name a system file, or another run")
    return found


async def explained_system(
    spec: str, *, policy: str, suites: Sequence[str], limit: int | None, progress: Progress
) -> Explained:
    """What each of the system's guards says, alone, of what comes in with the suites' cases. The model is not asked."""
    async with cascade_of(spec, policy) as cascade:
        book, _ = load_cases(suites or default_suites(policy))
        cases = sample(book.for_measuring(), limit=limit, seed=0)
        return explained(
            await screened_alone(cascade.layers, cases, progress), Alone(cascade.layers, cascade.unresolved)
        )
