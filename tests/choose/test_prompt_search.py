"""The search on simulated systems whose truth is known, and the parts it is made of."""

import asyncio
import random
from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from bench.prompts.runs import searched, where_nothing_helps
from bench.prompts.world import WEIGHTS, Kinds, World
from meant.choose.prompt.edits import Edit, apply
from meant.choose.prompt.found import Found, Settings, Step, Trial
from meant.choose.prompt.front import Entry, front
from meant.choose.prompt.gains import Gain, by_group
from meant.choose.prompt.items import BudgetSpent, Desk, Item, Job, Weighing
from meant.choose.prompt.pieces import parse
from meant.choose.prompt.screen import Screen, surest
from meant.choose.prompt.search import search
from meant.choose.prompt.watch import Watch

START = parse("Keep calm. Refuse all.")
HELPS, HURTS = Edit("drop", 1, by="drop"), Edit("insert", -1, "Mumble.", "tone")


def items(n: int, side: str, group: str = "helpful") -> list[Item]:
    return [Item(f"{side}{i}", f"{side}{i}", group) for i in range(n)]


def chance_of(text: str) -> float:
    """What is known of this system."""
    return 0.5 + 0.35 * ("Refuse all." not in text) - 0.4 * ("Mumble." in text)


async def answers(jobs: Sequence[Job]) -> list[list[float | None]]:
    return [
        [float(random.Random(job.text + item.id).random() < chance_of(job.text)) for item in job.items] for job in jobs
    ]


async def both(_made: Sequence[Edit], _seen: Mapping[str, float | None]) -> list[Edit]:
    return [HELPS, HURTS, Edit("insert", -1, "Nothing.", "tone")]


def on(budget: int = 1200, told: list[Step] | None = None, **fields: object) -> Found:
    trial = Trial(START, items(120, "train"), items(60, "dev"), answers, both, None if told is None else told.append)
    settings = Settings(budget, {"helpful": 1.0}, **fields)  # type: ignore[arg-type]
    return asyncio.run(search(trial, settings))


def test_it_takes_what_helps_and_leaves_what_hurts() -> None:
    told = list[Step]()
    found = on(told=told)
    assert found.better == "Keep calm."
    assert [(c.edit, c.taken, c.of) for c in found.changes if c.taken] == [(HELPS, True, "Refuse all.")]
    assert found.check is not None
    assert found.check.interval.low <= 0.35 <= found.check.interval.high
    assert list(found.steps) == told
    assert found.calls <= 1200
    assert found.looks >= 2


def test_those_who_propose_see_what_still_goes_wrong() -> None:
    """What a first edit reveals leads to a second one, which is found too."""
    shown = list[tuple[tuple[Edit, ...], list[float | None]]]()
    later = Edit("insert", -1, "Be bold.", "model")

    async def in_two_steps(made: Sequence[Edit], outcomes: Mapping[str, float | None]) -> list[Edit]:
        shown.append((tuple(made), list(outcomes.values())))
        return [later] if made else [HELPS]

    async def bolder(jobs: Sequence[Job]) -> list[list[float | None]]:
        def chance(text: str) -> float:
            return 0.2 + 0.3 * ("Refuse all." not in text) + 0.4 * ("Be bold." in text)

        return [[float(random.Random(j.text + i.id).random() < chance(j.text)) for i in j.items] for j in jobs]

    trial = Trial(START, items(120, "train"), items(60, "dev"), bolder, in_two_steps)
    found = asyncio.run(search(trial, Settings(1600, {"helpful": 1.0})))
    assert found.better == "Keep calm.\n\nBe bold."
    assert [made for made, _ in shown] == [(), (HELPS,)]
    assert 0.0 in shown[1][1]


def test_it_is_a_function_of_the_seed_and_of_what_is_answered() -> None:
    assert on(seed=3) == on(seed=3)
    assert on(seed=3).steps != on(seed=4).steps


def test_it_never_asks_more_than_its_budget_and_says_when_that_ends_it() -> None:
    for budget in (1, 30, 100, 250):
        found = on(budget)
        assert found.calls <= budget
    assert on(30).better is None


def test_a_prompt_that_is_worse_somewhere_is_not_better() -> None:
    """Dropping helps the many and ruins the few."""

    def one(job: Job, item: Item) -> float:
        if item.group == "harmless":
            return float("Refuse all." in job.text)
        return float(random.Random(job.text + item.id).random() < chance_of(job.text))

    async def ruins(jobs: Sequence[Job]) -> list[list[float | None]]:
        return [[one(job, item) for item in job.items] for job in jobs]

    sides = [[*items(80, side), *items(20, f"{side}-h", "harmless")] for side in ("train", "dev")]
    trial = Trial(START, sides[0], sides[1], ruins, both)
    found = asyncio.run(search(trial, Settings(1600, {"helpful": 1.0, "harmless": 0.05})))
    assert found.better is None
    assert "worse in harmless" in found.why


def test_the_price_of_tokens_is_paid() -> None:
    """A sentence that helps is not taken where each of its tokens costs more than it gains."""

    async def longer(_made: Sequence[Edit], _seen: Mapping[str, float | None]) -> list[Edit]:
        return [Edit("insert", -1, "Do help all who ask. " * 10, "tone")]

    async def helped(jobs: Sequence[Job]) -> list[list[float | None]]:
        return [
            [float(random.Random(j.text + i.id).random() < 0.5 + 0.3 * ("help" in j.text)) for i in j.items]
            for j in jobs
        ]

    def searched_at(price: float) -> Found:
        trial = Trial(START, items(120, "train"), items(60, "dev"), helped, longer)
        return asyncio.run(search(trial, Settings(1200, {"helpful": 1.0}, price=price)))

    assert searched_at(0.0).better is not None
    assert searched_at(0.01).better is None


def test_what_helps_train_alone_parts_the_sides() -> None:
    async def learnt_by_heart(jobs: Sequence[Job]) -> list[list[float | None]]:
        return [
            [float(item.id.startswith("train") or "Refuse all." in job.text) for item in job.items]
            if "Refuse all." not in job.text
            else [0.0 for _ in job.items]
            for job in jobs
        ]

    trial = Trial(START, items(120, "train"), items(60, "dev"), learnt_by_heart, both)
    found = asyncio.run(search(trial, Settings(1600, {"helpful": 1.0})))
    assert "parted" in found.why
    assert found.better is None


def test_the_watch_seldom_rings_where_the_sides_go_together() -> None:
    rng, rang = random.Random(5), 0
    for _ in range(200):
        watch = Watch.begin(1.0)
        for look in range(8):
            sides = [{f"{look}-{i}": float(rng.choice([-1, 0, 0, 1, 1])) for i in range(6)} for _ in range(2)]
            watch = watch.after(*sides)
        rang += watch.parted(0.05)
    assert rang <= 200 * 0.05 + 3 * (200 * 0.05 * 0.95) ** 0.5


def test_screening_tells_the_effects_of_all_edits_at_once() -> None:
    weighing = Weighing.of(items(200, "train"), {"helpful": 1.0})
    screen = Screen(START, Desk(answers, 10_000), weighing, random.Random(2))
    asyncio.run(screen.play([HELPS, HURTS], draws=400))
    found = {
        edit: (t.gain, Gain(tuple(t.values), tuple(t.families), t.unit).interval) for edit, t in screen.tallies.items()
    }
    assert found[HELPS][0] == pytest.approx(0.35, abs=0.1)
    assert found[HURTS][0] == pytest.approx(-0.4, abs=0.1)
    assert all(low <= truth <= high for truth, (_, (low, high)) in zip((0.35, -0.4), found.values(), strict=True))


def test_edits_of_one_slot_are_never_played_together() -> None:
    rivals = [Edit("drop", 0), Edit("replace", 0, "Be calm."), Edit("drop", 1)]
    screen = Screen(START, Desk(answers, 10_000), Weighing.of(items(9, "t"), {"helpful": 1}), random.Random(1))
    asyncio.run(screen.play(rivals, draws=60))
    counts = [len(screen.tallies[edit].values) for edit in rivals]
    assert counts[2] == 60 * 2
    assert counts[0] + counts[1] == 60 * 2
    assert min(counts) > 60 * 2 / 4


def test_of_rivals_the_first_is_the_surest() -> None:
    assert surest([Edit("first", 0), HELPS, Edit("drop", 0)]) == [Edit("first", 0), HELPS]


async def test_the_desk_asks_nothing_twice_and_nothing_over_its_budget() -> None:
    asked = list[Job]()

    async def count(jobs: Sequence[Job]) -> list[list[float | None]]:
        asked.extend(jobs)
        return [[1.0] * len(job.items) for job in jobs]

    one, two, three = items(3, "x")
    desk = Desk(count, 3)
    assert await desk.ask([Job("p", (one, two)), Job("p", (two,)), Job("q", (one,))]) == [[1.0, 1.0], [1.0], [1.0]]
    assert desk.calls == sum(len(job.items) for job in asked) == 3
    assert await desk.ask([Job("p", (two, one))]) == [[1.0, 1.0]]
    with pytest.raises(BudgetSpent):
        await desk.ask([Job("p", (three,))])
    assert desk.calls == 3


def test_families_values_have_the_weighted_gain_as_their_mean() -> None:
    cases = [Item("a", "f", "helpful"), Item("b", "f", "honest"), Item("c", "g", "helpful"), Item("d", "h", "helpful")]
    weighing = Weighing.of(cases, {"helpful": 1.0, "honest": 3.0})
    new, old = {"a": 1.0, "b": 1.0, "c": 0.0, "d": 1.0}, {"a": 0.0, "b": 0.0, "c": 1.0, "d": 1.0}
    values = [
        weighing.value(mine, [new[i.id] for i in mine], [old[i.id] for i in mine])
        for mine in weighing.families.values()
    ]
    by_hand = 0.25 * (1 - 1 + 0) / 3 + 0.75 * 1
    assert weighing.unit * sum(values) / 3 == pytest.approx(by_hand)
    assert max(abs(v) for v in values) <= 1
    with pytest.raises(ValueError, match="counts"):
        Weighing.of(cases[2:], {"helpful": 0.0})


def test_groups_leave_out_what_has_no_verdict() -> None:
    cases = items(3, "x")
    found = by_group(cases, {"x0": 1.0, "x1": None, "x2": 0.0}, {"x0": 0.0, "x1": 1.0, "x2": 0.0})
    assert found["helpful"].values == (1.0, 0.0)


def test_the_archive_keeps_what_nothing_else_matches() -> None:
    short = Entry("short", {"a": 0.5, "b": 0.5}, 10)
    better = Entry("better", {"a": 0.7, "b": 0.5}, 20)
    worse = Entry("worse", {"a": 0.7, "b": 0.4}, 20)
    assert front([short, better, worse, better._replace(text="again")]) == [short, better]


@pytest.mark.slow
def test_it_finds_most_of_what_can_be_had_and_nothing_where_there_is_nothing() -> None:
    """Other seeds than the bench's. Bars well below its figures, so that chance cannot fail it."""
    shares = []
    for seed in range(9100, 9106):
        world = World(seed)
        found = searched(world, seed, 4800)
        shares.append(
            world.gain(world.bits(found.better or found.start), world.gate) / world.gain(world.best(), world.gate)
        )
    assert np.mean(shares) > 0.6
    assert where_nothing_helps(range(9200, 9210), budget=2400).false <= 0.1


def test_a_simulated_case_answers_alike_when_asked_again() -> None:
    world = World(7, Kinds(help=2, hurt=2, train_only=1))
    job = Job(world.start.text, tuple(world.train.items))
    assert world.answers(job) == world.answers(job)
    changed = Job(apply(world.start, [world.pool[0]]).text, job.items)
    assert world.answers(changed) != world.answers(job)
    assert set(WEIGHTS) == {item.group for item in world.train.items}
    right = np.mean(np.array(world.answers(job), float))
    assert right == pytest.approx(world.score(np.zeros(24, bool), world.train), abs=0.06)
