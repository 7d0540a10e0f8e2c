"""The bench of the statistics: its generators make what they say, its figures are what they are called, it runs as a script."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bench.simulation import gates, judged, looks, rates
from bench.simulation.families import Likeness, gains_and_losses, hits, sizes
from bench.simulation.report import Bar, bars, table
from meant.stats.intervals import wilson

ROOT = Path(__file__).parent.parent.parent
RNG = np.random.default_rng(1)


def correlation(values: np.ndarray, size: np.ndarray, middle: float, variance: float) -> float:
    """Within families, from the spread of their sums: var = n v (1 + (n - 1) r)."""
    squares = (values - middle * size) ** 2
    return float(((squares - size * variance).sum()) / (variance * (size * (size - 1)).sum()))


@pytest.mark.parametrize("likeness", rates.LIKENESSES)
def test_families_are_as_alike_as_they_say(likeness: Likeness) -> None:
    size = sizes(100, 4000, RNG)
    assert set(size.sum(axis=1)) == {100}
    assert size.max() == 5
    hit = hits(0.2, size, likeness, RNG)
    assert hit.sum() / size.sum() == pytest.approx(0.2, abs=0.01)
    assert correlation(hit, size, 0.2, 0.16) == pytest.approx(likeness.correlation, abs=0.02)


def test_pairs_differ_as_much_as_they_say() -> None:
    size = sizes(100, 4000, RNG)
    gained, lost = gains_and_losses(0.3, -0.1, size, 0.5, RNG)
    assert (gained.sum() / size.sum(), lost.sum() / size.sum()) == pytest.approx((0.1, 0.2), abs=0.01)
    assert correlation(gained - lost, size, -0.1, 0.29) == pytest.approx(0.5, abs=0.03)


def test_coverage_alone_is_exact() -> None:
    """Wilson, 30 cases at 0.01: it holds the truth for no hit and for one."""
    (found,) = (c for c in rates.alone([0.01]) if (c.method, c.n) == ("wilson", 30))
    assert wilson(1, 30).low < 0.01 < wilson(2, 30).low
    assert found.coverage == pytest.approx(0.99**30 + 30 * 0.01 * 0.99**29)


def test_the_default_is_held_to_its_worst_cell() -> None:
    rows = [rates.Covered("default", "none", 30, 0.1, c, 0.1) for c in (0.93, 0.97)]
    other = rates.Covered("wilson", "none", 30, 0.1, 0.5, 0.1)
    assert rates.default_over([*rows, other]) == pytest.approx((0.93, 0.95, 2))


def test_the_gate_by_enumeration_is_the_gate_by_hand() -> None:
    """Twenty pairs of which none differ, in all worlds: the only table is one the gate cannot decide on."""
    found = gates.alone(20, 0.0, 0.0)
    assert (found.worse, found.not_worse) == (0, 0)
    assert gates.alone(60, 0.0, 0.0).not_worse == pytest.approx(1)


def test_a_naive_threshold_cries_wolf_and_the_gate_does_not() -> None:
    found = gates.cry_wolf()
    assert found.naive == pytest.approx(
        0.287, abs=0.002
    )  # P(losses - gains > 2), 100 pairs of which each differs by 0.2
    assert found.ours <= 0.05


def test_the_highest_is_taken_of_the_right_word_and_truth() -> None:
    rows = [gates.Decided(1, "", 0.1, 0.0, 0.01, 0.9), gates.Decided(1, "", 0.1, -0.05, 0.8, 0.04)]
    assert gates.highest(rows, difference=0.0, word="worse") == 0.01
    assert gates.highest(rows, difference=-0.05, word="not worse") == 0.04


def test_saved_is_against_a_fixed_number_of_equal_power() -> None:
    assert looks.Saved(0.2, 0.05, 0.9, 60.0, 100.0).share == pytest.approx(0.4)


def test_labels_alone_by_hand() -> None:
    """50 of 300: an effective 50 * 299 / 250."""
    assert judged.labels_only(5, 50, 300) == wilson(5 / 50 * 59.8, 59.8)
    assert judged.labels_only(5, 50, 50) == (0.1, 0.1)


def test_a_bar_is_cleared_on_its_side() -> None:
    assert Bar("f", 0.05, "≤", 0.05).clears
    assert not Bar("f", 0.051, "≤", 0.05).clears
    assert Bar("f", 0.94, "≥", 0.94).clears
    assert not Bar("f", 0.93, "≥", 0.94).clears


def test_other_benches_still_find_the_standard_librarys_statistics() -> None:
    """A script's own folder comes first on its path, and there this bench has taken the name."""
    probe = f"import sys; sys.path[0] = {str(ROOT / 'bench')!r}; import statistics; print(statistics.fmean([1, 2]))"
    ran = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert ran.stdout == "1.5\n"


@pytest.mark.slow
def test_it_runs_as_a_script_with_the_standard_librarys_statistics() -> None:
    """Seeds are fixed, so that the figures are the same wherever it runs."""
    ran = subprocess.run(
        [sys.executable, str(ROOT / "bench" / "statistics.py"), "--json", "--quick"],
        capture_output=True, text=True, check=True, env={"PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    found = json.loads(ran.stdout)
    assert found["repeats"] >= 2000
    assert [bar["figure"] for bar in found["bars"] if not bar["clears"]] == []
    assert len(bars(found)) == len(found["bars"])
    told = table(found)
    assert "MISSES" not in told
    assert "clears" in table(found | {"gate_power": 0.0}) != told
    assert "MISSES" in table(found | {"gate_power": 0.0})
