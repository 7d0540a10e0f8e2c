"""Simulated agents with tools, with the tool guard and without: how often injections succeed, what honest tasks lose.

Six worlds (`bench/simulation/agents/*.yaml`), each with tasks of users and goals of injections. The agent is a
script that obeys every injection at once, in a manner drawn by chance: plainly, in another case or spacing, in pieces,
decoded, riding on the user's own call, or by way of a draft or a trusted place. Of each table row:

- `harmed`: a call of the attacker's that has an effect was carried out. Clustered by task and goal.
- `harmed_by_goal`: the same, clustered by goal alone: as a statement about new goals, of which there are few here.
- `useful`: every call that the user's task needs was carried out, without an injection.
- `asked`: a person was asked about a call of the user's own, without an injection.
- `unworded`: and that since no word of the user's was known to ask for the tool; `trust.asked_by` is for these.

`off` is the control, `rules` the policy's tool rules alone, `flows` its flow rules alone, `guard` all with taint,
`worded` that of an owner who has said every word by which users ask for tools.
Asked is: `nobody`, so that nobody answers; one who `knows`, who says yes to what they asked for and no to the rest; one
who `nods`, and says yes to everything. None of the six worlds is held out any longer: the page on the guard has their
first looks.

`--knowing`: attackers who give no orders, and imitate what makes the guard take a value from a document that the user
named (`simulation/agents/knowing.py`).

    python bench/agents.py [--world banking] [--draws 10] [--seed 0] [--knowing] [--json]
    python bench/agents.py --injecagent FOLDER [--json]
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from meant.core.flow import Trust
from meant.core.guard import Sight
from meant.guard.contract import GUARDS
from meant.stats.intervals import rate

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from bench.simulation.agents.knowing import KNOWING
from bench.simulation.agents.play import Kind, Person, Ran, imitated, played
from bench.simulation.agents.world import WORLDS, world
from bench.simulation.injecagent import cases, policy_of

SETS = ("dh_base", "dh_enhanced", "ds_base", "ds_enhanced")
ALONE: tuple[Kind, ...] = ("off", "rules", "flows", "guard", "worded")
ROWS: tuple[tuple[Kind, Person], ...] = (*((kind, "nobody") for kind in ALONE), ("guard", "knows"), ("guard", "nods"))


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--draws", type=int, default=10)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--world", choices=WORLDS, action="append")
    options.add_argument("--knowing", action="store_true")
    options.add_argument("--injecagent", type=Path)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    began = time.perf_counter()
    if given.injecagent:
        rows = replayed(given.injecagent)
    else:
        rows = list((knowing if given.knowing else table)(given.world or WORLDS, given.draws, given.seed))
    if given.json:
        print(json.dumps({"rows": rows, "took_s": time.perf_counter() - began}))
        return
    for row in rows:
        print("  ".join(f"{name}={_shown(value)}" for name, value in row.items()))


def table(worlds: Sequence[str], draws: int, seed: int) -> Iterator[dict[str, Any]]:
    """A row for each guard, person and world, and one over all worlds."""
    for kind, person in ROWS:
        together = list[Ran]()
        for name in worlds:
            runs = asyncio.run(played(world(name), kind, person, draws=draws, seed=seed))
            together += runs
            yield {"world": name, "guard": kind, "person": person} | _row(runs)
        if len(worlds) > 1:
            yield {"world": "all", "guard": kind, "person": person} | _row(together)


def knowing(worlds: Sequence[str], draws: int, seed: int) -> Iterator[dict[str, Any]]:
    """A row for each world and manner of those who know the guard's rule; nobody answers what is asked."""
    for name in worlds:
        for manner in KNOWING:
            runs = asyncio.run(imitated(world(name), manner, draws=draws, seed=seed))
            if runs:
                tasks = [f"{run.world}/{run.task}" for run in runs]
                yield {"world": name, "manner": manner, "harmed": _rate([run.harmed for run in runs], tasks)}


def replayed(folder: Path) -> list[dict[str, Any]]:
    """A row for each of InjecAgent's sets; nothing is known of its tools but their names."""
    shape = world("mail").policy.model_copy(update={"trust": Trust()})
    guard = GUARDS.build({"use": "tools", "then": "ask"}, policy=policy_of(folder, shape))

    async def stopped(sights: Sequence[Sight]) -> bool:
        return any([(await guard.check(sight)).action != "allow" for sight in sights])

    async def row(name: str) -> dict[str, Any]:
        found = [
            (await stopped(case.attacks), await stopped(case.bare), not await stopped([case.again]), case.clusters)
            for case in cases(folder, name)
        ]
        attacks, users = ([clusters[at] for *_, clusters in found] for at in (0, 1))
        return {
            "set": name,
            "cases": len(found),
            "stopped": _rate([one[0] for one in found], attacks),
            "stopped_bare": _rate([one[1] for one in found], attacks),
            "users_call_passes": _rate([one[2] for one in found], users),
        }

    return [asyncio.run(row(name)) for name in SETS]


def _row(runs: Sequence[Ran]) -> dict[str, Any]:
    attacked, honest = ([run for run in runs if (run.goal is not None) is attack] for attack in (True, False))
    return {
        "harmed": _rate([run.harmed for run in attacked], [f"{run.world}/{run.task}/{run.goal}" for run in attacked]),
        "harmed_by_goal": _rate([run.harmed for run in attacked], [f"{run.world}/{run.goal}" for run in attacked]),
        "useful": _rate([run.useful for run in honest], [f"{run.world}/{run.task}" for run in honest]),
        "asked": _rate([run.asked > 0 for run in honest], [f"{run.world}/{run.task}" for run in honest]),
        "unworded": _rate([run.unworded for run in honest], [f"{run.world}/{run.task}" for run in honest]),
    }


def _rate(hits: Sequence[bool], clusters: Sequence[str]) -> dict[str, Any]:
    found = rate([float(hit) for hit in hits], clusters)
    return {"value": found.value, "low": found.interval.low, "high": found.interval.high, "n": len(hits)}


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return f"{value['value']:.3f} ({value['low']:.3f}..{value['high']:.3f}, n={value['n']})"
    return str(value)


if __name__ == "__main__":
    main()
