"""Judging again what was said already: with other judges, or under another policy."""

from collections.abc import Sequence
from datetime import UTC, datetime

from meant.core.errors import ConfigError
from meant.core.profile import Profile
from meant.files.policy import load_policy
from meant.loop.evaluation import Measured, judge_versions, run_id, stored
from meant.measure.cell import Cell
from meant.measure.judging import judge_all, judges_by_expectation
from meant.measure.profile import profile_of
from meant.store.sqlite import Store


async def rejudge(store: Store, run: str, *, judges: Sequence[str], policy: str | None) -> Measured:
    """The transcripts of a run, judged again under a new run; nothing is asked. None: the run's own policy.

    Raises ConfigError for an unfinished run, PluginError for an unknown judge.
    """
    old = stored(store, run)
    if not old.profiles:
        raise ConfigError(f"run {old.record.id} was not finished; start it again with `meant eval`, then rejudge it")
    by_expectation = judges_by_expectation(judges)
    meant = load_policy(policy) if policy else old.record.policy
    at, systems = datetime.now(UTC), tuple(s for s in old.record.systems if s.name in old.profiles)
    changes = {"id": run_id(at, meant, systems), "at": at, "policy": meant, "systems": systems}
    versions = {**old.record.versions, **judge_versions(by_expectation.values())}
    record = old.record.model_copy(update={**changes, "versions": versions})
    profiles, cells = dict[str, Profile](), dict[str, Sequence[Cell]]()
    for system in systems:
        mine = old.cells[system.name]
        cases = {c.case.id: c.case for c in mine}
        cells[system.name] = await judge_all(cases, [c.transcript for c in mine], by_expectation)
        profiles[system.name] = profile_of(cells[system.name], system=system, policy=meant, run=record.id)
    store.add_run(record, [])
    for name, profile in profiles.items():
        store.add_profile(profile, cells[name])
    return Measured(record, profiles, cells)
