"""What the prompt search finds, what it costs and how far it overfits, on simulated systems whose truth is known.

    python bench/prompt_search.py [--json] [--fast]

`regret`: gain of the best prompt that can be reached minus that of the one adopted, and its share of the former.
`ratio_to_random`: median calls until nine tenths of that gain are reached, against random search (random sets of the
same edits, each tried on all of train, the best by train score kept); `ratio_to_climbing` against one random edit at a
time, and `climbing_gain` what that holds after as many calls. Runs that do not get there count as `longest`, so that a
ratio is at most what it says. `overfit`: gain on train minus gain on the gate of what is adopted, as a share of the
same for the prompt with every edit that looked good on train. `false_better`: how often something is adopted that is no
better, where no edit helps by itself. `strong_`: of systems where what a sentence does hangs on the others; `small_`:
where each does little, with half the calls. Systems are described in `bench/prompts/world.py`; their seeds are fixed,
and none that the search was developed on.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean, median, stdev
from typing import Any, NamedTuple

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from bench.prompts.runs import Run, runs, where_nothing_helps
from bench.prompts.world import SMALL, STRONG

SEED = 20261126
BUDGET = 4800
LONGEST = 4 * BUDGET


class Bar(NamedTuple):
    """What a figure must not exceed."""

    figure: str
    value: float
    bar: float

    @property
    def clears(self) -> bool:
        """Whether it does not."""
        return self.value <= self.bar


def figures(*, fast: bool) -> dict[str, Any]:
    """Every figure."""
    began, repeats = time.perf_counter(), 6 if fast else 48
    made = runs(range(SEED, SEED + repeats), budget=BUDGET, longest=LONGEST)
    nothing = range(SEED + 1000, SEED + 1000 + (8 if fast else 60))
    none = where_nothing_helps(nothing, budget=BUDGET)
    found = summary(made) | {"adopted_of_nothing": none.adopted, "false_better": none.false}
    strong = runs(range(SEED + 2000, SEED + 2000 + repeats // 2), budget=BUDGET, longest=BUDGET, kinds=STRONG)
    small = runs(range(SEED + 3000, SEED + 3000 + repeats), budget=BUDGET // 2, longest=BUDGET // 2, kinds=SMALL)
    found |= {f"small_{name}": summary(small)[name] for name in ("best_gain", "gain", "adopted", "overfit_gap")}
    found |= {f"strong_{name}": summary(strong)[name] for name in ("best_gain", "gain", "climbing_gain", "overfit_gap")}
    bars = [
        Bar("ratio_to_random", found["ratio_to_random"], 0.5),
        Bar("overfit", found["overfit"], 1 / 3),
        Bar("false_better", found["false_better"], 0.05),
    ]
    told = [bar._asdict() | {"clears": bar.clears} for bar in bars]
    settings = {"seed": SEED, "repeats": repeats, "nothing": len(nothing), "budget": BUDGET, "longest": LONGEST}
    return settings | found | {"bars": told, "seconds": time.perf_counter() - began}


def summary(made: Sequence[Run]) -> dict[str, float]:
    """The figures of these runs."""
    regrets = [run.best - run.gain for run in made]
    calls = median(LONGEST if run.calls is None else run.calls for run in made)
    others = {
        "random": median(run.random_calls or LONGEST for run in made),
        "climbing": median(run.climbing_calls or LONGEST for run in made),
    }
    overfit, of_train = fmean(run.overfit for run in made), fmean(run.train_overfit for run in made)
    return {
        "best_gain": fmean(run.best for run in made),
        "gain": fmean(run.gain for run in made),
        "regret": fmean(regrets),
        "regret_error": stdev(regrets) / len(regrets) ** 0.5,
        "regret_share": sum(regrets) / sum(run.best for run in made),
        "calls": calls,
        "reached": fmean(run.calls is not None for run in made),
        "random_calls": others["random"],
        "random_reached": fmean(run.random_calls is not None for run in made),
        "climbing_gain": fmean(run.climbing_gain for run in made),
        "climbing_calls": others["climbing"],
        "climbing_reached": fmean(run.climbing_calls is not None for run in made),
        "ratio_to_random": calls / others["random"],
        "ratio_to_climbing": calls / others["climbing"],
        "overfit_gap": overfit,
        "train_alone_gain": fmean(run.train_gain for run in made),
        "train_alone_gap": of_train,
        "overfit": overfit / of_train,
        "parted": fmean(run.parted for run in made),
        "adopted": fmean(run.adopted for run in made),
    }


def table(found: dict[str, Any]) -> str:
    """For people."""
    bars = {bar["figure"]: bar for bar in found["bars"]}
    lines = [f"{found['repeats']} systems, {found['budget']} calls each; gains in shares right"]
    for name, value in found.items():
        if not isinstance(value, float) or name == "seconds":
            continue
        bar = bars.get(name)
        said = "" if bar is None else f"  ≤ {bar['bar']:.3f}: {'clears' if bar['clears'] else 'MISSES'}"
        lines.append(f"{name:18} {value:9.3f}{said}")
    return "\n".join([*lines, f"{found['seconds']:.0f} s"])


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    parser.add_argument("--fast", action="store_true", help="few systems: for the test, and no more")
    options = parser.parse_args()
    found = figures(fast=options.fast)
    print(json.dumps(found, indent=2) if options.json else table(found))


if __name__ == "__main__":
    main()
