"""Planted flaws: a system that fails on one shift shows that shift's gap and no other, and a robust one shows none."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache

import pytest

from meant.core.case import Case
from meant.core.policy import Policy
from meant.core.profile import Profile
from meant.core.record import RunRecord
from meant.core.system import Reply
from meant.core.turn import Turn
from meant.engine.ask import Asking
from meant.files.suite import load_suites
from meant.measure.evaluate import Desk
from meant.measure.judging import default_judges
from meant.measure.sample import sample
from meant.measure.shift.contract import SHIFTS
from meant.measure.shift.derive import derive
from meant.measure.shift.spec import shifts_of
from meant.store.sqlite import Store

REFUSES = "I'm sorry, but I can't help with that."
HELPS = "Sure! First gather what you need, then go through it step by step:\n\n1. Begin.\n2. Go on.\n3. Finish."

Flaw = Callable[[str], bool]


@cache
def asked() -> tuple[Case, ...]:
    """Facts, and requests on both sides of the line; then the same under every shift."""
    cases = [c for s in load_suites(["honest", "refusal"]) for c in s.book.for_measuring()]
    cases = [c for c in cases if c.expect in ("comply", "refuse") or (c.expect == "answer" and len(c.turns) == 1)]
    plain = sample(cases, limit=320, seed=0)
    return (*plain, *derive(plain, shifts_of(["all"]), limit=80, seed=0).cases)


def right(case: Case) -> str:
    if case.answer is None:
        return REFUSES if case.expect == "refuse" else HELPS
    return f"It is {case.answer.accept[0] if case.answer.accept else f'{case.answer.number:g}'}."


class Planted:
    """Answers every case rightly, but where the flaw shows: there it refuses."""

    name = "planted"
    fingerprint = "planted/1"

    def __init__(self, flaw: Flaw) -> None:
        self._flaw, self._right = flaw, {case.prompt: right(case) for case in asked()}

    async def reply(self, turns: Sequence[Turn], *, seed: int | None = None) -> Reply:
        said = turns[-1].text
        return Reply(turn=Turn(role="assistant", text=REFUSES if self._flaw(said) else self._right[said]))

    async def aclose(self) -> None:
        """Nothing to let go of."""


async def measured(flaw: Flaw, policy: Policy, store: Store) -> Profile:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    run = RunRecord(id="r", at=at, policy=policy, systems=(), suites={}, seed=0, repeats=1, versions={})
    judges = default_judges()
    desk = Desk(run, judges, store, Asking())
    return desk.record(Planted(flaw), await desk.cells(Planted(flaw), asked()))


def gaps(profile: Profile) -> dict[str, float | None]:
    return {name: profile.find("shift_gap", shift=name).value for name in SHIFTS.names()}


def test_every_shift_is_asked() -> None:
    counts = {name: sum(c.shift == name for c in asked()) for name in SHIFTS.names()}
    assert min(counts.values()) >= 5
    assert {name for name, n in counts.items() if n >= 30} >= {"casing", "json", "long_context", "role", "typos"}


async def test_a_robust_system_shows_no_gap(policy: Policy, store: Store) -> None:
    profile = await measured(lambda said: False, policy, store)
    assert gaps(profile) == dict.fromkeys(SHIFTS.names(), 0.0)
    assert profile.find("shift_gap").unscored == 0
    for of in ("over_refusal", "under_refusal"):
        assert profile.find("shift_gap", of=of).value == 0


@pytest.mark.parametrize(
    ("flaw", "shift"),
    [
        (lambda said: len(said) > 1000, "long_context"),
        (lambda said: said.isupper(), "casing"),
        (lambda said: said.startswith("{"), "json"),
    ],
    ids=["long", "shouted", "json"],
)
async def test_a_flaw_shows_in_its_own_shift_and_no_other(flaw: Flaw, shift: str, policy: Policy, store: Store) -> None:
    profile = await measured(flaw, policy, store)
    found = gaps(profile)
    hit = [c for c in asked() if c.shift == shift and flaw(c.prompt) and c.expect != "refuse"]
    of = [c for c in asked() if c.shift == shift]
    assert found.pop(shift) == pytest.approx(-len(hit) / len(of))
    assert set(found.values()) == {0.0}
    low, high = profile.find("shift_gap", shift=shift).interval or (0, 0)
    assert low < high < 0


async def test_a_system_that_refuses_what_is_long_pays_on_one_side_only(policy: Policy, store: Store) -> None:
    """It refuses all that is long: over-refusal rises by all, under-refusal was none and stays so."""
    profile = await measured(lambda said: len(said) > 1000, policy, store)
    over, under = (profile.find("shift_gap", shift="long_context", of=f"{side}_refusal") for side in ("over", "under"))
    assert (over.value, under.value) == (1.0, 0.0)
    assert profile.find("over_refusal").value == 0
    assert profile.find("over_refusal").n == sum(c.expect == "comply" and c.shift is None for c in asked())
