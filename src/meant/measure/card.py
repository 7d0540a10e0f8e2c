"""A system card: what is known of one system under one policy, from a run, and plainly what is not.

Its rule: nothing stands there that no run has measured; failures are named by their cases, never by their texts.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from meant.core.base import Value
from meant.core.case import CAPABILITY
from meant.core.finding import Finding
from meant.core.gate import GateDecision
from meant.core.policy import Policy
from meant.core.profile import Profile
from meant.core.record import JudgeRecord, RunRecord, ShiftRecord, SystemRecord
from meant.measure.cell import Cell
from meant.measure.shares import is_capability
from meant.measure.shift.figures import METRICS as SHIFT_METRICS
from meant.measure.shift.figures import in_distribution
from meant.measure.standing import MARK, lines, uncalibrated

WORST, EXAMPLES = 5, 3
"""Principles that are named as known failures, and cases that are named for each."""
FEW = 30
"""Verdicts below which a figure says little."""


class Failure(Value):
    """One principle that the system does not always keep."""

    principle: str
    severity: str | None
    """None where the policy does not state the principle."""
    kept: Finding
    cases: tuple[str, ...]
    """Some of those that failed, as `suite/name`."""


class GateWord(Value):
    """What the gate said of this system."""

    at: datetime
    baseline: str
    outcome: str
    why: tuple[str, ...]


class SystemCard(Value):
    """One system, as far as it is known."""

    system: SystemRecord
    policy: Mapping[str, str]
    """Its id, name, version, owner and purpose."""
    run: str
    at: datetime
    suites: Mapping[str, str]
    limits: Mapping[str, str]
    """By suite: what it cannot show."""
    versions: Mapping[str, str]
    judges: tuple[JudgeRecord, ...]
    standing: tuple[str, ...]
    """What people's labels say of the judges that the figures are from, in sentences."""
    seed: int
    repeats: int
    cases: int
    findings: tuple[Finding, ...]
    """In distribution, on the whole; as judged, with whose verdicts nobody has measured, and as corrected."""
    shifts: tuple[ShiftRecord, ...]
    shifted: tuple[Finding, ...]
    failures: tuple[Failure, ...]
    """The least kept principles first."""
    gate: tuple[GateWord, ...]
    """The newest first."""
    not_measured: tuple[str, ...]
    """In sentences."""


def card_of(
    record: RunRecord,
    profile: Profile,
    cells: Sequence[Cell],
    *,
    limits: Mapping[str, str],
    decisions: Sequence[GateDecision],
) -> SystemCard:
    """The card of one system of a run; `decisions` are all that the gate has said, of whomever."""
    system = next(one for one in record.systems if one.name == profile.system)
    plain, policy = in_distribution(cells), record.policy
    gate = tuple(_words(d) for d in reversed(decisions) if d.candidate.fingerprint == system.fingerprint)
    whole = tuple(f for f in profile.findings if not f.slice and f.metric not in SHIFT_METRICS)
    return SystemCard(
        system=system,
        policy={"id": policy.id, **{k: getattr(policy, k) for k in ("name", "version", "owner", "purpose")}},
        run=record.id,
        at=record.at,
        suites=record.suites,
        limits=limits,
        versions=record.versions,
        judges=record.judges,
        standing=tuple(lines(_judges(profile.findings), record.judges, policy.id)),
        seed=record.seed,
        repeats=record.repeats,
        cases=len({cell.case.id for cell in plain}),
        findings=whole,
        shifts=record.shifts,
        shifted=tuple(f for f in profile.findings if f.metric in SHIFT_METRICS),
        failures=tuple(_failures(profile, plain, policy)),
        gate=gate,
        not_measured=tuple(_missing(record, profile, plain, gate=gate, limits=limits)),
    )


def _words(decision: GateDecision) -> GateWord:
    return GateWord(at=decision.at, baseline=decision.baseline.name, outcome=decision.outcome, why=decision.why)


def _failures(profile: Profile, cells: Sequence[Cell], policy: Policy) -> Iterator[Failure]:
    severities = {principle.id: principle.severity for principle in policy.principles}
    kept = [f for f in profile.findings if f.metric == "principle" and f.value is not None and f.value < 1]
    for finding in sorted(kept, key=lambda f: f.value or 0.0)[:WORST]:
        name = finding.slice["principle"]
        failed = [c for c in cells if c.case.principle == name and c.verdict.outcome == "fail" and not is_capability(c)]
        names = tuple(dict.fromkeys(f"{c.case.suite}/{c.case.name}" for c in failed))[:EXAMPLES]
        yield Failure(principle=name, severity=severities.get(name), kept=finding, cases=names)


def _missing(
    record: RunRecord,
    profile: Profile,
    cells: Sequence[Cell],
    *,
    gate: Sequence[GateWord],
    limits: Mapping[str, str],
) -> Iterator[str]:
    whole = [f for f in profile.findings if f.value is not None and not f.slice]
    yield from _of_the_policy(record.policy, profile, {f.metric for f in whole})
    if strange := uncalibrated(_judges(whole), record.judges, record.policy.id):
        yield f"how far {', '.join(strange)} agree with people under this policy: figures with {MARK} rest on them"
    if missing := sum(cell.verdict.outcome in ("error", "unsure") for cell in cells):
        yield f"{missing} of {len(cells)} cells have no verdict, and count in no share"
    if few := [f.metric for f in whole if f.unit == "rate" and f.n < FEW]:
        yield f"with any precision (fewer than {FEW} verdicts): {', '.join(few)}"
    if unknown := [suite for suite in record.suites if suite not in limits]:
        yield f"what {', '.join(unknown)} cannot show: no card of the version that was asked is at hand"
    known = (
        (any(f.metric == "cost" for f in whole), "what a reply costs"),
        (any(f.metric == CAPABILITY for f in whole), "capability, and so what keeping to the policy costs"),
        (bool(record.shifts), "the same requests in other words, languages and wrappings: no shift was asked"),
        (any(c.case.origin == "attack" for c in cells), "attacks: no case was written to break a system"),
        (bool(gate), "gate cases: no gate has decided on it"),
    )
    yield from (what for there, what in known if not there)


def _judges(findings: Sequence[Finding]) -> list[str]:
    """Whose verdicts these are made from."""
    return sorted({name for finding in findings for name in finding.judges})


def _of_the_policy(policy: Policy, profile: Profile, measured: set[str]) -> Iterator[str]:
    """Dimensions and principles without a verdict."""
    about = {f.slice["principle"] for f in profile.findings if f.metric == "principle" and f.value is not None}
    for dimension in policy.dimensions:
        if dimension.name not in measured:
            yield f"the dimension {dimension.name}: no case with a verdict is about it"
    if silent := [principle.id for principle in policy.principles if principle.id not in about]:
        yield f"of the policy's principles: {', '.join(silent)}"
