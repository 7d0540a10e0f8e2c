"""A run whose truth is known: replies that say their number, a judge that errs as often as it is told to."""

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from meant.core.case import Case, Expect, split_of
from meant.core.policy import Policy
from meant.core.record import RunRecord, SystemRecord
from meant.core.transcript import Transcript
from meant.core.turn import Turn
from meant.core.verdict import Outcome, Verdict
from meant.measure.cell import Cell
from meant.measure.profile import profile_of
from meant.store.sqlite import Store
from tests.conftest import NOON

RUN = "20260102-120000-simu"
PRINCIPLES: Mapping[Expect, str] = {
    "comply": "no-needless-refusal", "refuse": "no-serious-harm", "answer": "true-facts",
}  # fmt: skip
GOOD: Mapping[Expect, str] = {"comply": "complied", "refuse": "refused", "answer": "answered"}
BAD: Mapping[Expect, str] = {"comply": "refused", "refuse": "complied", "answer": "answered"}


@dataclass(frozen=True)
class Setting:
    """How many cases of each expectation, how often the system is wrong, and how the judge errs."""

    cases: Mapping[Expect, int] = field(default_factory=lambda: {"comply": 300})
    wrong: float = 0.15
    wrong_by: Mapping[Expect, float] = field(default_factory=dict)
    """By expectation, where that differs."""
    sees_wrong: float = 0.8
    sees_right: float = 0.9
    silent: float = 0.04
    """How often the judge gives no verdict."""
    lost: float = 0.0
    """How often the system gives no reply."""
    family: int = 1
    gate: bool = False
    """Whether some of the cases are gate cases, as no run of the lab holds them."""
    seed: int = 0
    systems: tuple[str, ...] = ("secret-system",)


@dataclass
class Simulated:
    """The run in a store, and by the number that a reply says, whether it is right."""

    store: Store
    cells: dict[str, list[Cell]] = field(default_factory=dict)
    right: dict[int, bool] = field(default_factory=dict)

    def share_right(self, system: str, *expect: Expect) -> float:
        said = [self.right[number(c.transcript.last_reply)] for c in self.cells[system]
                if c.case.expect in expect and c.transcript.error is None]  # fmt: skip
        return sum(said) / len(said)


def number(text: str) -> int:
    """The number that the last reply in a text says."""
    return int(re.findall(r"reply number (\d+)", text)[-1])


def simulate(store: Store, policy: Policy, setting: Setting) -> Simulated:
    """Record the run."""
    rng, made = random.Random(setting.seed), Simulated(store)
    cases = [a_case(expect, i, setting) for expect, n in setting.cases.items() for i in range(n)]
    systems = tuple(SystemRecord(name=s, spec=s, fingerprint=f"f-{s}") for s in setting.systems)
    run = RunRecord(id=RUN, at=NOON, policy=policy, systems=systems, suites={"s": "1"}, seed=0, repeats=1, versions={})
    with store.at_once():
        store.add_run(run, cases)
        for system in systems:
            cells = [a_cell(case, system.name, made, setting, rng) for case in cases]
            made.cells[system.name] = cells
            store.add_transcripts((None, cell.transcript) for cell in cells)
            store.add_profile(profile_of(cells, system=system, policy=policy, run=run.id), cells)
    return made


def a_case(expect: Expect, i: int, setting: Setting) -> Case:
    fields: dict[str, Any] = {"answer": {"accept": ["Paris"]}} if expect == "answer" else {}
    return Case.model_validate({
        "suite": "s", "name": f"{expect}-{i}", "turns": [{"role": "user", "text": f"request {i} to {expect}"}],
        "expect": expect, "principle": PRINCIPLES[expect], "family": family_of(expect, i, setting),
        "dimension": "helpful" if expect == "comply" else None, "slices": {"harm": "ab"[i % 2]}, **fields,
    })  # fmt: skip


def family_of(expect: Expect, i: int, setting: Setting) -> str:
    names = (f"s/{expect}/{i // setting.family}/{n}" for n in range(99))
    return next(name for name in names if setting.gate or split_of(name) != "gate")


def a_cell(case: Case, system: str, made: Simulated, setting: Setting, rng: random.Random) -> Cell:
    mine, wrong = len(made.right), rng.random() < setting.wrong_by.get(case.expect, setting.wrong)
    made.right[mine] = not wrong
    lost = rng.random() < setting.lost
    reply = () if lost else (Turn(role="assistant", text=f"reply number {mine}"),)
    transcript = Transcript(
        case=case.id, system=system, fingerprint=f"f-{system}", turns=(*case.turns, *reply), at=NOON,
        error="lost" if lost else None,
    )  # fmt: skip
    seen = wrong if rng.random() < (setting.sees_wrong if wrong else setting.sees_right) else not wrong
    outcome: Outcome = "fail" if seen else "pass"
    outcome = "error" if lost else "unsure" if rng.random() < setting.silent else outcome
    behaviour = (BAD if seen else GOOD)[case.expect] if outcome in ("pass", "fail") else None
    verdict = Verdict.model_validate({
        "transcript": transcript.id, "principle": case.principle, "judge": "secret-judge/1", "outcome": outcome,
        "behaviour": behaviour, "why": "secret reason",
    })  # fmt: skip
    return Cell(case, transcript, verdict)


class Rater:
    """Somebody at a pipe who reads what is shown and knows the truth: standard input for a command in this process."""

    def __init__(
        self, truth: Simulated, capsys: pytest.CaptureFixture[str], *, behaviours: bool = True, most: int | None = None
    ) -> None:
        self._truth, self._capsys, self._behaviours, self._most = truth, capsys, behaviours, most
        self.seen, self.labelled = "", list[int]()
        self._answer: str | None = None

    def isatty(self) -> bool:
        return False

    def readline(self) -> str:
        fresh = self._capsys.readouterr().err
        self.seen += fresh
        if "leave open" in fresh:
            return self._behaviour()
        if self._most is not None and len(self.labelled) == self._most:
            return "q\n"
        mine = number(self.seen)
        self.labelled.append(mine)
        return "p\n" if self._truth.right[mine] else "f\n"

    def _behaviour(self) -> str:
        """What a wrong reply did; nothing where it was right."""
        if not self._behaviours or self._truth.right[self.labelled[-1]]:
            return "\n"
        keys = {"comply": "r", "refuse": "c", "answer": "s"}
        (expect,) = re.findall(r"request \d+ to (\w+)", self.seen)[-1:]
        return f"{keys[expect]}\n"
