"""What a judge and a few labels say of each system's rate, and whether that is true, where people labelled all.

    python bench/corrected_rate.py --data FILE.csv --labels 50 --repeats 200 [--json] [--seed N]

The file has the columns `system`, `item`, `judge` and `human`, the last two 0 or 1; an empty `judge` is no verdict. For
each system: `truth`, people's rate over all its items; `naive`, the judge's; `corrected`, `low` and `high`, from the
first draw of so many labels; and over all draws `coverage`, how often the interval holds the truth, and `width_ratio`,
its mean width over that of the labels alone (Wilson with the same finite population).
"""

import argparse
import csv
import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
from bench.simulation.judged import labels_only
from meant.stats.correction import corrected_rate, strata

COLUMNS = ("system", "item", "judge", "human")
TRUTHS = {"1": True, "0": False}


class Judged(NamedTuple):
    """One item."""

    judge: bool | None
    human: bool


class System(NamedTuple):
    """One line of the table."""

    system: str
    items: int
    truth: float
    naive: float | None
    corrected: float
    low: float
    high: float
    coverage: float
    width_ratio: float | None
    """None where all items were labelled, and neither has a width."""


def read(path: Path) -> Mapping[str, Sequence[Judged]]:
    """Items by system. Raises ValueError with the line of whatever is not as it should be."""
    found: defaultdict[str, list[Judged]] = defaultdict(list)
    with path.open(newline="", encoding="utf-8") as file:
        rows = csv.DictReader(file)
        if missing := [c for c in COLUMNS if c not in (rows.fieldnames or ())]:
            raise ValueError(f"{path}: no column {missing[0]!r}; it needs {', '.join(COLUMNS)}")
        for row in rows:
            judge, human = row["judge"].strip(), row["human"].strip()
            if human not in TRUTHS or judge not in {*TRUTHS, ""}:
                raise ValueError(f"{path}:{rows.line_num}: human is 0 or 1, judge 0, 1 or empty: {human!r}, {judge!r}")
            found[row["system"]].append(Judged(TRUTHS.get(judge), TRUTHS[human]))
    return found


def measured(system: str, items: Sequence[Judged], *, labels: int, repeats: int, seed: int) -> System:
    """One system, `labels` of its items drawn anew `repeats` times."""
    truth, said = sum(i.human for i in items) / len(items), [i.judge for i in items if i.judge is not None]
    draws = list(_draws(items, min(labels, len(items)), repeats, seed))
    first, (low, high), _ = draws[0]
    widths = np.array([(i.high - i.low, alone) for _, i, alone in draws]).mean(axis=0)
    return System(
        system=system,
        items=len(items),
        truth=truth,
        naive=sum(said) / len(said) if said else None,
        corrected=first,
        low=low,
        high=high,
        coverage=sum(i.low - 1e-9 <= truth <= i.high + 1e-9 for _, i, _ in draws) / repeats,
        width_ratio=float(widths[0] / widths[1]) if widths[1] else None,
    )


def _draws(items: Sequence[Judged], labels: int, repeats: int, seed: int) -> Iterator[tuple[float, Any, float]]:
    """The estimate, its interval, and the width of the labels alone, once a draw."""
    rng = np.random.default_rng(seed)
    for _ in range(repeats):
        drawn = set(rng.choice(len(items), labels, replace=False).tolist())
        known = [item.human if at in drawn else None for at, item in enumerate(items)]
        found = corrected_rate(strata([i.judge for i in items], known), drawn="anywhere")
        low, high = labels_only(sum(k is True for k in known), labels, len(items))
        assert found.value is not None
        yield found.value, found.interval, high - low


def table(systems: Sequence[System]) -> str:
    """For people."""
    heading = f"{'system':24} items   truth   naive  corrected     low    high  coverage  width ratio"
    return "\n".join([heading, *(_line(s) for s in systems)])


def _line(s: System) -> str:
    naive, ratio = (f"{v:.3f}" if v is not None else "-" for v in (s.naive, s.width_ratio))
    figures = f"{s.truth:8.3f}{naive:>8}{s.corrected:11.3f}{s.low:8.3f}{s.high:8.3f}{s.coverage:10.3f}{ratio:>13}"
    return f"{s.system[:24]:24} {s.items:5}{figures}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, type=Path, help="CSV with system, item, judge, human")
    parser.add_argument("--labels", type=int, default=50, help="items that people label, of each system")
    parser.add_argument("--repeats", type=int, default=200, help="how often they are drawn anew")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    args = parser.parse_args(arguments)
    if args.labels < 1 or args.repeats < 1:
        parser.error(f"--labels and --repeats must be 1 or more, not {args.labels} and {args.repeats}")
    try:
        items = read(args.data)
    except (OSError, ValueError) as error:
        parser.error(str(error))
    asked = {"labels": args.labels, "repeats": args.repeats, "seed": args.seed}
    found = [measured(name, mine, **asked) for name, mine in sorted(items.items())]
    print(json.dumps({**asked, "systems": [s._asdict() for s in found]}) if args.json else table(found))


if __name__ == "__main__":
    main()
