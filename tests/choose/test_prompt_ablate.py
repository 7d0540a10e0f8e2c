"""Ablation with planted parts: one that earns, one that harms, one that does nothing, and one of which little was seen."""

import math
import random

import pytest

from meant.choose.prompt.ablate import Readings, Row, Variant, ablated
from meant.choose.prompt.pieces import parse
from meant.choose.prompt.units import Unit, units
from meant.stats.power import Assumed, pairs_needed

PROMPT = parse("Be exact. Be afraid. Be nice.")
GOOD, BAD, NOTHING = units(PROMPT, "piece")


def world(n: int, seed: int = 1) -> tuple[Readings, dict[str, Readings], dict[str, str]]:
    """The whole prompt, and without each part: exactness is worth 30 points, fear refuses a third of what is harmless."""
    rng = random.Random(seed)
    names = [f"c{i}" for i in range(n)]
    right, refused = {c: float(rng.random() < 0.8) for c in names}, {c: float(rng.random() < 0.4) for c in names}
    whole: Readings = {"all": right, "over_refusal": refused}
    exact = {c: v * (rng.random() < 0.6) for c, v in right.items()}
    brave = {c: v * (rng.random() < 0.2) for c, v in refused.items()}
    without: dict[str, Readings] = {
        GOOD.name: {**whole, "all": exact},
        BAD.name: {**whole, "over_refusal": brave},
        NOTHING.name: whole,
    }
    return whole, without, {c: c for c in names}


def rows(n: int, margin: float = 0.05) -> dict[str, Row]:
    whole, without, families = world(n)
    variants = [Variant(unit, None, without[unit.name]) for unit in (GOOD, BAD, NOTHING)]
    return {row.unit.name: row for row in ablated(whole, variants, families, margin=margin, alpha=0.05)}


def test_what_was_planted_is_found() -> None:
    found = rows(300)
    assert {name: row.word for name, row in found.items()} == {
        "Be exact.": "earns",
        "Be afraid.": "harms",
        "Be nice.": "dead",
    }
    assert found["Be afraid."].because == ("over_refusal",)
    effect = found["Be exact."].effects["all"].gain
    assert effect.interval.low < 0.32 < effect.interval.high
    assert effect.value == pytest.approx(0.32, abs=0.1)


def test_little_data_is_not_called_dead() -> None:
    row = rows(30)["Be nice."]
    assert (row.word, row.more is not None and row.more > 30) == ("no difference found", True)
    assert rows(30, margin=0.2)["Be nice."].word == "dead"


def test_p_values_are_adjusted_over_the_parts() -> None:
    whole, without, families = world(60)
    alone = ablated(whole, [Variant(GOOD, None, without[GOOD.name])], families, margin=0.05, alpha=0.05)
    several = rows(60)
    assert several["Be exact."].effects["all"].p == pytest.approx(3 * alone[0].effects["all"].p)


def test_a_case_without_a_verdict_is_no_difference_and_no_case() -> None:
    whole: Readings = {"all": {"a": 1.0, "b": None, "c": 1.0}}
    other: Readings = {"all": {"a": 0.0, "b": 1.0, "c": None}}
    unit = Unit("x", 0, 1, "x")
    (row,) = ablated(whole, [Variant(unit, None, other)], {"a": "a", "b": "b", "c": "c"}, margin=0.05, alpha=0.05)
    assert row.effects["all"].gain.values == (1.0,)
    assert row.word == "no difference found"


def test_a_swap_costs_what_it_is_longer() -> None:
    whole, _, families = world(10)
    (row,) = ablated(whole, [Variant(GOOD, "f", whole, "Be very exact indeed.")], families, margin=0.05, alpha=0.05)
    assert row.tokens == 3 - 5


def test_how_many_more_goes_by_the_column_that_needs_most() -> None:
    """60 of 300 cases are of the small column; both need as many as `pairs_needed` says, so that it needs five times that."""
    whole: Readings = {"all": {f"c{i}": 1.0 for i in range(300)}, "few": {f"c{i}": 1.0 for i in range(60)}}
    families = {f"c{i}": f"c{i}" for i in range(300)}
    (row,) = ablated(whole, [Variant(NOTHING, None, whole)], families, margin=0.02, alpha=0.05)
    needed = pairs_needed(Assumed(0.02, 0.02), alpha=0.025, power=0.8)
    assert row.more == math.ceil(300 * (needed / 60 - 1))
