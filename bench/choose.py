"""Whether `meant choose` chooses rightly and knows when it cannot: systems with known truth, many times over.

    python bench/choose.py [--json] [--fast]

`undecided_when_equal`: of systems that are level, the share of evaluations that end undecided, the lowest over such
worlds (two and three systems, level everywhere or in the score alone, with verdicts missing). `right_choice`: of the
decisions made where one system is best, the share for the best, the lowest over worlds; `decides` is how often one is
made, by world, `naive_right` how often the highest mean, which always decides, is the best's, and `by_draws` how often
a bootstrap that takes 95 % of draws for enough decides, rightly or not. `front_coverage`: of truly non-dominated
systems, the share that keeps a chance of 0.05 or more to be on the front, the lowest over worlds, and beside it how
many of them the front of the means holds. `dominated_wrong`: evaluations in which some claim of domination is false,
the highest. `flip_coverage` and `tax_coverage`: of true flips and true prices, the share inside the 95 % interval.
Seeds are fixed; --fast makes fewer evaluations.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

SEED = 20261125

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from bench.simulation.choices import Decided, Placed, World, decisions, placings  # noqa: E402

LEVEL = (
    World("two level", ((0.8, 0.7, 0.85),) * 2, 100),
    World("three level", ((0.8, 0.7, 0.85),) * 3, 60),
    World("level in the score alone", ((0.9, 0.7, 0.75), (0.75, 0.7, 0.9)), 100),
    World("two level, near all right", ((0.97, 0.95, 0.98),) * 2, 60),
    World("two level, verdicts missing", ((0.8, 0.7, 0.85),) * 2, 100, missing=0.03),
)
UNEQUAL = (
    World("ahead by 2 points", ((0.82, 0.72, 0.87), (0.8, 0.7, 0.85)), 100),
    World("ahead by 5 points", ((0.83, 0.75, 0.9), (0.8, 0.7, 0.83)), 100),
    World("ahead by 10 points", ((0.88, 0.8, 0.95), (0.8, 0.7, 0.83)), 100),
    World("traded, ahead by 5", ((0.75, 0.75, 0.95), (0.9, 0.75, 0.65), (0.6, 0.6, 0.8)), 100),
)
FRONTS = (
    World("a chain of trades", ((0.9, 0.7, 0.6), (0.8, 0.7, 0.75), (0.65, 0.7, 0.87)), 100),
    World("one on the edge", ((0.9, 0.8, 0.85), (0.8, 0.7, 0.85), (0.7, 0.8, 0.9)), 100),
    World("one dominated", ((0.9, 0.85, 0.6), (0.7, 0.7, 0.9), (0.7, 0.65, 0.58)), 150),
    World("all the same", ((0.8, 0.7, 0.85),) * 3, 100),
)


SCALARS = (
    *("undecided_when_equal", "right_choice", "front_coverage", "naive_front", "dominated_wrong"),
    *("flip_coverage", "tax_coverage"),
)


def figures(*, fast: bool) -> dict[str, Any]:
    """Every figure of the bench."""
    began, repeats = time.perf_counter(), 30 if fast else 300
    level = [decisions(world, repeats=repeats, seed=SEED) for world in LEVEL]
    unequal = [decisions(world, repeats=repeats // 2, seed=SEED) for world in UNEQUAL]
    fronts = [placings(world, repeats=repeats // 3, seed=SEED) for world in FRONTS]
    return {
        "seed": SEED,
        "repeats": repeats,
        "undecided_when_equal": min(1 - one.decided for one in level),
        "right_choice": min(one.right / one.decided for one in unequal if one.decided),
        "decides": {one.world: one.decided for one in unequal},
        "naive_right": {one.world: one.naive_right for one in unequal},
        "front_coverage": min(one.front_coverage for one in fronts),
        "naive_front": min(one.naive_front for one in fronts),
        "dominated_wrong": max(one.dominated_wrong for one in fronts),
        "flip_coverage": _lowest([one.flip_coverage for one in fronts]),
        "tax_coverage": _lowest([one.tax_coverage for one in fronts]),
        "level": [one._asdict() for one in level],
        "unequal": [one._asdict() for one in unequal],
        "fronts": [one._asdict() for one in fronts],
        "seconds": time.perf_counter() - began,
    }


def _lowest(found: Sequence[float | None]) -> float | None:
    return min((one for one in found if one is not None), default=None)


def table(found: dict[str, Any]) -> str:
    """For people."""
    lines = [
        f"  {'world':30} {'decides':>9} {'right':>7} {'wrong':>7} {'highest mean right':>20} {'95 % of draws':>15}"
    ]
    lines += [_decided(Decided(**row)) for row in (*found["level"], *found["unequal"])]
    lines += [
        "",
        f"  {'world':30} {'front kept':>11} {'naive':>7} {'dom. seen':>10} {'false':>7} {'flips':>7} {'price':>7}",
    ]
    lines += [_placed(Placed(**row)) for row in found["fronts"]]
    lines += ["", *(f"  {name:22} {_number(found[name])}" for name in SCALARS)]
    return "\n".join([*lines, "", f"{found['repeats']} evaluations a world, {found['seconds']:.0f} s"])


def _decided(one: Decided) -> str:
    said = f"{one.decided:9.3f} {one.right:7.3f} {one.wrong:7.3f}"
    return f"  {one.world:30} {said} {one.naive_right:20.3f} {one.by_draws:15.3f}"


def _placed(one: Placed) -> str:
    rest = [one.naive_front, one.dominated_seen, one.dominated_wrong, one.flip_coverage, one.tax_coverage]
    kept, naive, seen, false, flipped, priced = map(_number, (one.front_coverage, *rest))
    return f"  {one.world:30} {kept:>11} {naive:>7} {seen:>10} {false:>7} {flipped:>7} {priced:>7}"


def _number(share: float | None) -> str:
    return "-" if share is None else f"{share:.3f}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--fast", action="store_true", help="a tenth of the evaluations")
    args = parser.parse_args(arguments)
    found = figures(fast=args.fast)
    print(json.dumps(found) if args.json else table(found))


if __name__ == "__main__":
    main()
