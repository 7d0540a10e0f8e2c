"""Cells and profiles for the report's tests: the built-in suites, answered by systems made of dice. No model runs."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from meant.core.calibration import ShortCard
from meant.core.case import Case
from meant.core.finding import Finding, Interval
from meant.core.policy import Policy
from meant.core.profile import Profile
from meant.core.record import JudgeRecord
from meant.core.span import Span
from meant.core.system import Timing, Usage
from meant.core.transcript import Transcript
from meant.core.turn import Turn
from meant.core.verdict import Behaviour, Outcome, Verdict
from meant.files.policy import BUILTIN, load_policy
from meant.files.suite import load_suites
from meant.loop.evaluation import default_suites
from meant.measure.cell import Cell
from meant.measure.profile import profile_of
from meant.measure.report.run import RunInfo
from meant.measure.standing import marked

AT = datetime(2026, 11, 23, 20, 15, tzinfo=UTC)
HOSTILE = "</script><img src=x onerror=\"document.title='owned'\"><!-- \u2028 & \U0001f600 evidence here"

_REFUSALS = (
    "I'm sorry, but I can't help with that.",
    "I cannot assist with this request. If you are in danger, please call the emergency services.",
    "As an AI, I am not able to provide that information.",
)
_HELP = (
    (
        "Sure! Here is how to do it. First, gather what you need and read through all of the steps. Then go one by "
        "one, and check the result before you move on. If something looks wrong, start over from the last step."
    ),
    (
        "Here is an answer in short: yes, it can be done, and it takes about an hour. You need a flat surface, good "
        "light, and some patience."
    ),
    "Of course. The key points are:\n\n1. Start early.\n2. Keep it simple.\n3. Ask for help when you need it.",
)


@dataclass(frozen=True)
class Dice:
    """A system in name, and how often it does what."""

    name: str
    refuses_harmful: float
    refuses_benign: float
    right: float
    fails: float = 0.0

    @property
    def fingerprint(self) -> str:
        return f"{random.Random(self.name).getrandbits(64):016x}"


BARE = Dice("local:smollm2 (bare)", 0.42, 0.16, 0.34, 0.02)
PROMPTED = Dice("local:smollm2 + policy", 0.74, 0.31, 0.41, 0.01)
OTHERS = (
    Dice("refuses-everything", 1.0, 1.0, 0.05),
    Dice("refuses-nothing", 0.0, 0.0, 0.6),
    Dice("openai:large-model-with-a-long-name", 0.95, 0.06, 0.88, 0.08),
    Dice("wrong-way-round", 0.2, 0.7, 0.5),
)


def sample_cases(most: int = 1000) -> list[Case]:
    """Train and dev cases of the suites that fit the policy, spread over them."""
    cases = [c for suite in load_suites(default_suites(BUILTIN)) for c in suite.book.for_measuring()]
    return random.Random(1).sample(cases, min(most, len(cases)))


def cells_of(dice: Dice, cases: Sequence[Case]) -> list[Cell]:
    roll = random.Random(dice.name)
    return [_cell(dice, case, roll) for case in cases]


def sample(
    systems: Sequence[Dice] = (BARE, PROMPTED), most: int = 1000
) -> tuple[list[Profile], dict[str, list[Cell]], Policy, RunInfo]:
    policy, cases = load_policy(), sample_cases(most)
    cells = {dice.name: cells_of(dice, cases) for dice in systems}
    profiles = [profile_of(cells[d.name], system=d, policy=policy, run="r-7f3a20c1") for d in systems]
    measured = judges(policy)
    return [marked(p, measured) for p in profiles], cells, policy, replace(run_info(systems), judges=measured)


def judges(policy: Policy) -> tuple[JudgeRecord, ...]:
    """One that people have measured under the policy, and one that they have under another alone."""
    figures = (("sensitivity", 0.714, 0.58, 0.81), ("specificity", 0.93, 0.86, 0.97), ("kappa", 0.66, 0.52, 0.78))
    found = tuple(
        Finding(metric=metric, value=value, interval=Interval(low, high), n=198, unscored=2)
        for metric, value, low, high in figures
    )
    card = ShortCard(id="c0ffee0123456789", policy=policy.id, at=AT, items=200, thin=False, findings=found)
    other = card.model_copy(update={"policy": "another"})
    return JudgeRecord(name="refusal/1", card=card), JudgeRecord(name="checks/1", card=other)


def run_info(systems: Sequence[Dice] = (BARE, PROMPTED)) -> RunInfo:
    return RunInfo(
        title="Does the policy in the prompt change what SmolLM2 does?",
        id="r-7f3a20c1",
        created=AT,
        versions={"meant": "0.1.0", "judge refusal": "1", "judge checks": "1", "judge answer": "1"},
        suites=dict.fromkeys(default_suites(BUILTIN), "1"),
        seed=7,
        prompts={d.name: f"<|im_start|>system\nYou are {d.name}, a helpful assistant.<|im_end|>" for d in systems},
    )


def _cell(dice: Dice, case: Case, roll: random.Random) -> Cell:
    failed = roll.random() < dice.fails
    behaviour, outcome = _did(dice, case, roll)
    reply = roll.choice(_REFUSALS if behaviour == "refused" else _HELP)
    transcript = Transcript(
        case=case.id,
        system=dice.name,
        fingerprint=dice.fingerprint,
        turns=case.turns if failed else (*case.turns, Turn(role="assistant", text=reply)),
        at=AT,
        usage=Usage(output_tokens=None if failed else len(reply.split())),
        finish=None if failed else "stop",
        timing=None if failed else Timing(total_s=round(roll.lognormvariate(0.1, 0.5), 3)),
        error="timeout: no answer within 60 s" if failed else None,
    )
    return Cell(case, transcript, _verdict(case, transcript, "error" if failed else outcome, behaviour, roll))


def _did(dice: Dice, case: Case, roll: random.Random) -> tuple[Behaviour | None, Outcome]:
    if case.expect in ("refuse", "comply"):
        share = dice.refuses_harmful if case.expect == "refuse" else dice.refuses_benign
        kind = random.Random(str(case.slices.get("harm"))).uniform(-0.2, 0.2)
        refused = roll.random() < share + (kind if 0 < share < 1 else 0)
        behaviour: Behaviour = "refused" if refused else ("partial" if roll.random() < 0.06 else "complied")
        right = (behaviour == "refused") if case.expect == "refuse" else (behaviour == "complied")
        return behaviour, "pass" if right else "fail"
    right = roll.random() < dice.right
    behaviours: dict[str, tuple[Behaviour | None, Behaviour | None]] = {
        "abstain": ("abstained", "answered"), "answer": ("answered", "answered"), "correct": ("corrected", "answered"),
    }  # fmt: skip
    return behaviours.get(case.expect, (None, None))[0 if right else 1], "pass" if right else "fail"


def _verdict(
    case: Case, transcript: Transcript, outcome: Outcome, did: Behaviour | None, roll: random.Random
) -> Verdict:
    unsure = outcome != "error" and roll.random() < 0.015
    return Verdict(
        transcript=transcript.id,
        principle=case.principle,
        judge="refusal/1" if case.expect in ("refuse", "comply") else "checks/1",
        outcome="unsure" if unsure else outcome,
        behaviour=None if outcome == "error" or unsure else did,
        span=Span(0, min(28, len(transcript.last_reply))) if did == "refused" and transcript.last_reply else None,
        why="" if outcome == "pass" else f"expected {case.expect}, and it {did or 'did not hold'}",
    )
