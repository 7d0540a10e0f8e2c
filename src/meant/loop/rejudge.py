"""Judging again what was said already: with other judges, or under another policy. Nobody is asked but by judges."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from meant.core.errors import ConfigError
from meant.engine.progress import Progress
from meant.files.policy import load_policy
from meant.loop.judges import Bench
from meant.loop.measured import Measured, known, stored
from meant.loop.recording import judge_versions, run_id
from meant.measure.cell import Cell
from meant.measure.judging import judge_all, judges_by_expectation
from meant.measure.profile import profile_of
from meant.measure.standing import marked
from meant.store.sqlite import Store


async def rejudge(
    store: Store,
    run: str,
    *,
    judges: Sequence[str],
    policy: str | None,
    progress: Progress | None = None,
    judge_repeats: int = 1,
) -> Measured:
    """The transcripts of a run, judged again under a new run. None: the run's own policy.

    What a task's own scorer said stays as it is: nobody else can say it.

    Raises ConfigError for an unfinished run, PluginError or FileFaults for a judge that cannot be used.
    """
    old = stored(store, run)
    if not old.profiles:
        raise ConfigError(f"run {old.record.id} was not finished; start it again with `meant eval`, then rejudge it")
    meant = load_policy(policy) if policy else old.record.policy
    bench = Bench(meant)
    try:
        by_expectation = judges_by_expectation(bench.judges(judges))
        again = [judges_by_expectation(bench.again(i).judges(judges)) for i in range(1, judge_repeats)]
        records = known(store, bench.records(by_expectation.values()), meant)
        cells = dict[str, Sequence[Cell]]()
        for name, mine in old.cells.items():
            ours, kept = [c for c in mine if c.case.expect != "scored"], [c for c in mine if c.case.expect == "scored"]
            cases = {c.case.id: c.case for c in ours}
            said = [c.transcript for c in ours]
            judged = await judge_all(
                cases, said, by_expectation, policy=meant.id, store=store, progress=progress, again=again
            )
            cells[name] = [*judged, *kept]
    finally:
        await bench.aclose()
    at, systems = datetime.now(UTC), tuple(s for s in old.record.systems if s.name in old.profiles)
    changes = {"id": run_id(at, meant, systems), "at": at, "policy": meant, "systems": systems}
    versions = {**old.record.versions, **judge_versions(records)}
    records += tuple(judge for judge in old.record.judges if judge.name in _theirs(old.cells.values()))
    record = old.record.model_copy(update={**changes, "versions": versions, "judges": records})
    made = (profile_of(cells[s.name], system=s, policy=meant, run=record.id) for s in systems)
    profiles = {profile.system: marked(profile, records) for profile in made}
    store.add_run(record, [])
    for name, profile in profiles.items():
        store.add_profile(profile, cells[name])
    return Measured(record, profiles, cells)


def _theirs(cells: Iterable[Sequence[Cell]]) -> set[str]:
    """Names of the scorers whose verdicts stay."""
    return {c.verdict.judge for mine in cells for c in mine if c.case.expect == "scored"}
