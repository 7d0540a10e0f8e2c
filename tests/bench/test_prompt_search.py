"""The bench of the prompt search: its systems are what they are said to be, its figures are what they are called."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bench.prompt_search import LONGEST, summary, table
from bench.prompts.baselines import climbing, random_search, train_score
from bench.prompts.runs import Run
from bench.prompts.world import EDITS, Kinds, World, noise

ROOT = Path(__file__).parent.parent.parent
NONE = np.zeros(EDITS, bool)


def test_noise_is_a_standard_logistic_and_its_own_for_each_prompt_and_case() -> None:
    salt = np.random.default_rng(1).integers(1, 2**63, 20_000, dtype=np.uint64)
    first, second = noise(NONE, salt), noise(np.eye(EDITS, dtype=bool)[0], salt)
    assert first.mean() == pytest.approx(0, abs=0.05)
    assert first.std() == pytest.approx(np.pi / 3**0.5, abs=0.05)
    assert np.corrcoef(first, second)[0, 1] == pytest.approx(0, abs=0.03)
    assert (noise(NONE, salt) == first).all()


def test_what_is_planted_does_what_it_is_said_to() -> None:
    world = World(3, Kinds(help=5, hurt=4, train_only=3))
    means = world.does.mean(axis=0)
    assert ((means > 0).sum(), (means < 0).sum(), (world.only > 0).sum()) == (5, 4, 3)
    some = np.flatnonzero(world.only)[0]
    alone = np.eye(EDITS, dtype=bool)[some]
    assert world.gain(alone, world.train) > 0.03
    assert abs(world.gain(alone, world.gate)) < 0.02
    assert world.bits(world.text(alone)).tolist() == alone.tolist()


def test_the_best_is_no_worse_than_any_neighbour_and_all_that_help() -> None:
    world = World(4)
    best = world.score(world.best(), world.gate)
    assert best >= world.score(world.does.mean(axis=0) > 0, world.gate)
    assert best > world.score(NONE, world.gate)


@pytest.mark.parametrize("method", [random_search, climbing])
def test_baselines_pay_for_all_of_train_and_keep_the_best_of_it(method: object) -> None:
    world = World(5)
    held = list(method(world, np.random.default_rng(1), 3000))  # type: ignore[operator]
    assert [h.calls for h in held] == list(range(600, 3001, 300))
    scores = [train_score(world, h.bits) for h in held]
    assert scores == sorted(scores)


def made(**fields: object) -> Run:
    usual = {"best": 0.2, "gain": 0.1, "overfit": 0.01, "train_gain": 0.1, "train_overfit": 0.04, "calls": 1000,
             "random_calls": 4000, "climbing_calls": None, "climbing_gain": 0.05, "parted": False, "adopted": True}  # fmt: skip
    return Run(**{**usual, **fields})  # type: ignore[arg-type]


def test_figures_by_hand() -> None:
    found = summary([made(), made(gain=0.2, calls=None, overfit=0.03), made(calls=2000)])
    assert found["regret_share"] == pytest.approx((0.1 + 0 + 0.1) / 0.6)
    assert found["calls"] == 2000
    assert found["ratio_to_random"] == 0.5
    assert found["ratio_to_climbing"] == 2000 / LONGEST
    assert found["overfit"] == pytest.approx((0.01 + 0.03 + 0.01) / 0.12)
    assert found["reached"] == pytest.approx(2 / 3)


@pytest.mark.slow
def test_it_runs_as_a_script() -> None:
    ran = subprocess.run(
        [sys.executable, str(ROOT / "bench" / "prompt_search.py"), "--json", "--fast"],
        capture_output=True, text=True, check=True, env={"PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    found = json.loads(ran.stdout)
    assert {bar["figure"] for bar in found["bars"]} == {"ratio_to_random", "overfit", "false_better"}
    assert found["gain"] > found["best_gain"] / 2
    assert found["ratio_to_random"] < 1  # of six systems the median is too coarse for the bar
    assert "MISSES" in table({**found, "bars": [{"figure": "gain", "bar": 0.0, "clears": False}]})
