"""What a run remembers of who was asked, by what, with what."""

import platform
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from meant import __version__
from meant.core.base import content_id
from meant.core.policy import Policy
from meant.core.record import JudgeRecord, RunRecord, ShiftRecord, SystemRecord
from meant.core.system import Listed, Renders, System
from meant.core.turn import Turn
from meant.engine.ask import Asking
from meant.loop.assemble import Assembly, bare_of


async def recorded(
    specs: Sequence[str],
    systems: Sequence[System],
    *,
    suites: Mapping[str, str],
    asking: Asking,
    assembly: Assembly,
    judges: Sequence[JudgeRecord],
    shifts: tuple[ShiftRecord, ...],
) -> RunRecord:
    """The record of a run of the plan that begins now."""
    at, policy = datetime.now(UTC), assembly.policy
    prompts = [await _prompt(system) for system in systems]
    records = tuple(
        SystemRecord(
            name=s.name,
            spec=spec,
            fingerprint=s.fingerprint,
            prompt=prompt,
            model=assembly.model_of(s),
            listed_as=_listed_as(bare_of(s)),
        )
        for s, spec, prompt in zip(systems, specs, prompts, strict=True)
    )
    return RunRecord(
        id=run_id(at, policy, records),
        at=at,
        policy=policy,
        systems=records,
        suites=suites,
        shifts=shifts,
        seed=asking.seed,
        repeats=asking.repeats,
        versions=software(judges),
        judges=tuple(judges),
    )


def run_id(at: datetime, policy: Policy, systems: Sequence[SystemRecord]) -> str:
    """Sorts by time; the end tells apart what began in the same second."""
    end = content_id([at.isoformat(), policy.id, [s.fingerprint for s in systems]])[:4]
    return f"{at:%Y%m%d-%H%M%S}-{end}"


def software(judges: Iterable[JudgeRecord]) -> dict[str, str]:
    """Versions of meant, of Python and of each judge."""
    return {"meant": __version__, "python": platform.python_version(), **judge_versions(judges)}


def judge_versions(judges: Iterable[JudgeRecord]) -> dict[str, str]:
    """By judge: `refusal/1` is version 1 of `judge refusal`."""
    named = (judge.name.partition("/") for judge in judges)
    return {f"judge {name}": version for name, _, version in named}


def _listed_as(model: System) -> str:
    return model.listed_as if isinstance(model, Listed) else ""


async def _prompt(system: System) -> str:
    """What the model sees around a user's turn, where the system can show it."""
    turns = (Turn(role="user", text="{user}"),)
    return await system.render(turns) if isinstance(system, Renders) else ""
