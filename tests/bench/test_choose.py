"""The bench of choices: its worlds are what they say, its figures are what they are called, it runs as a script."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bench.choose import FRONTS, LEVEL, UNEQUAL, table
from bench.simulation.choices import DIMENSIONS, Decided, Placed, World, decisions, means, placings, sample
from meant.choose.front import front

ROOT = Path(__file__).parent.parent.parent


def test_rates_are_as_they_say_and_systems_and_families_go_together() -> None:
    world = World("w", ((0.9, 0.6, 0.3), (0.8, 0.5, 0.4)), 20_000)
    made = sample(world, np.random.default_rng(1))
    assert means(made) == pytest.approx(np.array(world.rates), abs=0.02)
    first, second = (np.array(made.sheets[1].values[at]) for at in (0, 1))
    assert np.corrcoef(first, second)[0, 1] > 0.3
    families = made.sheets[1].families
    pairs = [(a, b) for a, b, f, g in zip(first, first[1:], families, families[1:], strict=False) if f == g]
    assert np.corrcoef(np.array(pairs).T)[0, 1] > 0.05
    assert {f for s in made.sheets[:1] for f in s.families} & {f for s in made.sheets[1:] for f in s.families}


def test_missing_verdicts_are_missing() -> None:
    made = sample(World("w", ((0.5, 0.5, 0.5),), 2000, missing=0.1), np.random.default_rng(1))
    assert made.sheets[0].scored(0) == pytest.approx(1800, abs=60)


def test_worlds_are_what_their_group_says() -> None:
    assert all(world.best is None for world in LEVEL)
    assert all(world.best == 0 for world in UNEQUAL)
    assert all(len(row) == len(DIMENSIONS) for world in (*LEVEL, *UNEQUAL, *FRONTS) for row in world.rates)
    assert [front(world.rates).count(False) for world in FRONTS] == [0, 1, 1, 0]


def test_a_far_better_system_is_chosen_and_a_far_worse_one_dominated() -> None:
    world = World("far", ((0.95, 0.95, 0.95), (0.4, 0.4, 0.4)), 40)
    found = decisions(world, repeats=3, seed=1)
    assert (found.decided, found.right, found.wrong, found.naive_right, found.by_draws) == (1, 1, 0, 1, 1)
    placed = placings(world, repeats=2, seed=1)
    assert (placed.front_coverage, placed.dominated_seen, placed.dominated_wrong) == (1, 1, 0)


def test_the_table_tells_every_world() -> None:
    rows = {
        "level": [Decided("l", 0.1, 0.0, 0.1, 0.0, 0.2)._asdict()],
        "unequal": [Decided("u", 1, 1, 0, 1, 1)._asdict()],
    }
    placed = [Placed("f", 1.0, 0.5, None, 0.0, None, 0.95)._asdict()]
    scalars = dict.fromkeys(("undecided_when_equal", "right_choice", "front_coverage", "naive_front"), 0.5)
    more = {"dominated_wrong": 0.0, "flip_coverage": None, "tax_coverage": 0.95}
    told = table({**rows, "fronts": placed, **scalars, **more, "repeats": 3, "seconds": 1.0})
    assert [line.split()[0] for line in told.splitlines() if line.startswith("  ")] == [
        "world", "l", "u", "world", "f", *scalars, *more,
    ]  # fmt: skip


@pytest.mark.slow
def test_it_runs_as_a_script_and_knows_when_it_cannot_tell() -> None:
    """Seeds are fixed, so that the figures are the same wherever it runs."""
    ran = subprocess.run(
        [sys.executable, str(ROOT / "bench" / "choose.py"), "--json", "--fast"],
        capture_output=True, text=True, check=True, env={"PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    found = json.loads(ran.stdout)
    assert found["undecided_when_equal"] >= 0.9
    assert found["right_choice"] >= 0.95
    assert found["front_coverage"] >= 0.95
    assert found["dominated_wrong"] <= 0.05
    assert found["decides"]["ahead by 10 points"] > found["decides"]["ahead by 5 points"] > 0.2
