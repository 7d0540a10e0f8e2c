"""From a policy to proposed cases: operators on its own examples, and new situations asked of a system.

Asking goes through the engine: bounded, budgeted, and kept in the store as it comes, so that the same command after a
kill asks only what is missing. A failed request is counted, and so is a reply that is not what was asked for.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

from meant.core.case import Case
from meant.core.draft import Draft, Drafter
from meant.core.errors import ConfigError, Fault, FileFaults, did_you_mean
from meant.core.policy import Policy
from meant.core.transcript import Transcript
from meant.core.turn import Turn
from meant.engine.ask import Asking, ask_all
from meant.engine.progress import Progress
from meant.files.policy import BUILTIN, load_policy
from meant.files.suite import read_cases
from meant.loop.assemble import Assembly
from meant.measure.drafting.asking import Topic, request, topics_of
from meant.measure.drafting.bases import bases_of
from meant.measure.drafting.contract import OPERATORS
from meant.measure.drafting.derive import Wanted, derived
from meant.measure.drafting.reading import Malformed, read_pair
from meant.measure.drafting.repeats import without_repeats
from meant.measure.judging import default_judges
from meant.store.sqlite import Store


@dataclass(frozen=True)
class DraftPlan:
    """What the user asks for."""

    policy: str = BUILTIN
    principles: tuple[str, ...] = ()
    """Ids; none: all of them."""
    per_principle: int = 3
    """Drafts of each side from operators at most, and pairs asked of the system."""
    operators: tuple[str, ...] | None = None
    """By name; None: all of them."""
    system: str | None = None
    """As for an evaluation; None: nothing is asked."""
    sampling: Mapping[str, Any] = field(default_factory=dict)
    against: tuple[str, ...] = ()
    """Suites (folders or built-in names) that no draft may repeat."""
    asking: Asking = field(default_factory=Asking)


class Asked(NamedTuple):
    """What came of asking a system."""

    system: str
    pairs: int
    """Asked for."""
    failed: Mapping[str, int]
    """Requests without a reply, by reason."""
    malformed: Mapping[str, int]
    """Replies that were not what was asked for, by reason."""


@dataclass(frozen=True)
class Drafted:
    """What came of it."""

    policy: Policy
    drafts: Sequence[Draft]
    left_out: Mapping[str, int]
    """Drafts that repeat something, by reason."""
    asked: Asked | None = None


async def draft(plan: DraftPlan, *, store: Store | None, progress: Progress) -> Drafted:
    """Draft by the plan; `store` is needed to ask a system.

    Raises ConfigError, FileFaults or PluginError before anything is asked.
    """
    policy = load_policy(plan.policy)
    plan = replace(plan, principles=_known(plan.principles, policy))
    others = _others(plan.against)
    at = datetime.now(UTC)
    bases = await bases_of(policy, plan.principles, default_judges())
    operators = tuple(OPERATORS.names()) if plan.operators is None else plan.operators
    drafts = derived(policy, bases, Wanted(operators, plan.per_principle, plan.asking.seed), at=at)
    asked = None
    if plan.system is not None and store is not None:
        new, asked = await _ask(plan, policy, store, progress, at)
        drafts += new
    kept = without_repeats(drafts, others=others, policy=policy)
    return Drafted(policy, kept.drafts, kept.left_out, asked)


def _known(principles: Sequence[str], policy: Policy) -> tuple[str, ...]:
    """These ids, or all of the policy's. Raises ConfigError for one that it lacks."""
    known = [p.id for p in policy.principles]
    for name in principles:
        if name not in known:
            hint = did_you_mean(name, known)
            raise ConfigError(f"the policy has no principle {name!r}; {hint}there are: {', '.join(known)}")
    return tuple(principles or known)


def _others(suites: Sequence[str]) -> list[Case]:
    faults: list[Fault] = []
    cases = [placed.case for suite in suites for placed in read_cases(suite, faults)[1]]
    if faults:
        raise FileFaults(faults)
    return cases


async def _ask(
    plan: DraftPlan, policy: Policy, store: Store, progress: Progress, at: datetime
) -> tuple[list[Draft], Asked]:
    assembly = Assembly(policy, dict(plan.sampling))
    topics = [(t, n) for t in topics_of(policy, plan.principles) for n in range(1, 1 + _count(t, plan))]
    try:
        system = assembly.system(str(plan.system))
        cases = [_request(plan, policy, topic, number) for topic, number in topics]
        transcripts = await ask_all(system, cases, store=store, asking=plan.asking, progress=progress)
    finally:
        await assembly.aclose()
    drafts, failed, malformed = list[Draft](), Counter[str](), Counter[str]()
    for (topic, _), transcript in zip(topics, transcripts, strict=True):
        if transcript.error is not None:
            failed[transcript.error] += 1
            continue
        try:
            drafts += _read(policy, topic, transcript, plan.asking.seed, at)
        except Malformed as reason:
            malformed[str(reason)] += 1
    return drafts, Asked(system.name, len(topics), dict(failed.most_common()), dict(malformed.most_common()))


def _count(topic: Topic, plan: DraftPlan) -> int:
    """How many pairs: one of each red line and precedence."""
    return 1 if topic.slices else plan.per_principle


def _request(plan: DraftPlan, policy: Policy, topic: Topic, number: int) -> Case:
    text = request(policy, topic, number=number, count=_count(topic, plan), seed=plan.asking.seed)
    return Case(
        suite="drafts",
        name=f"{topic.about}-{number}",
        turns=(Turn(role="user", text=text),),
        expect="comply",
        principle=topic.principle.id,
        family=f"drafts/{topic.about}",
    )


def _read(policy: Policy, topic: Topic, transcript: Transcript, seed: int, at: datetime) -> list[Draft]:
    if transcript.finish == "length":
        raise Malformed("cut off: --max-tokens is too low for it")
    by = Drafter(
        kind="system", name=transcript.system, seed=seed, fingerprint=transcript.fingerprint, transcript=transcript.id
    )
    return read_pair(transcript.last_reply, policy=policy, topic=topic, by=by, at=at)
