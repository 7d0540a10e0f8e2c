"""What the statistics promise and what they keep, by enumeration and by simulation with known truth.

    python bench/statistics.py [--json] [--quick]     (or python -m bench.simulation.report)

`coverage`: how often intervals of a rate hold it, each method for 30, 100 and 300 items and rates from 0.01 to 0.5, on
their own (exact) and in families of 2 to 5. `gate_false_alarm`: a candidate that is as good is called worse;
`gate_false_pass`: one that loses the margin is called not worse; `gate_power` and `z_power`: a loss of twice the margin
is seen by the gate, and by an unpaired z test on the same data. `sequential_error`: looking at every family ever tells
a wrong word; `sequential_saved`: families saved against a fixed number of equal power. `ppi_coverage` and
`ppi_width_ratio`: people's rate from a judge and 50 labels, against the labels alone. Seeds are fixed; --quick, which
the tests run, leaves out what costs most: of families every other rate, the gate on 200 pairs by enumeration, and three
of four runs of a watched gate.
"""

import argparse
import json
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

from bench.simulation import gates, judged, looks, rates

SEED = 20261125

Figures = dict[str, Any]


class Bar(NamedTuple):
    """What a figure must reach."""

    figure: str
    value: float
    sign: str
    bar: float

    @property
    def clears(self) -> bool:
        """Whether it does."""
        return self.value >= self.bar if self.sign == "≥" else self.value <= self.bar


def figures(*, quick: bool) -> Figures:
    """Every figure of the bench."""
    began, repeats, runs = time.perf_counter(), 2000 if quick else 4000, 500 if quick else 2000
    coverage = [*rates.alone(), *rates.in_families(repeats, seed=SEED, rates=rates.RATES[:: 2 if quick else 1])]
    decided = [*gates.decisions(repeats=2000, seed=SEED, quick=quick)]
    errors = [*looks.errors(repeats=runs, seed=SEED, longest=400 if quick else 1000)]
    saved = [*looks.saved(repeats=runs, seed=SEED)]
    judges = [*judged.corrected(repeats=5 * repeats, seed=SEED)]
    found = {
        "seed": SEED,
        "repeats": repeats,
        "coverage": rows(coverage),
        "gate": rows(decided),
        "sequential": {"errors": rows(errors), "saved": [s._asdict() | {"share": s.share} for s in saved]},
        "judge": rows(judges),
        **_scalars(coverage, decided, errors, saved, judges),
    }
    found["bars"] = [bar._asdict() | {"clears": bar.clears} for bar in bars(found)]
    return found | {"seconds": time.perf_counter() - began}


def _scalars(
    coverage: Sequence[rates.Covered],
    decided: Sequence[gates.Decided],
    errors: Sequence[looks.Errors],
    saved: Sequence[looks.Saved],
    judges: Sequence[judged.Corrected],
) -> Figures:
    seen, wolf, over = gates.power(repeats=4000, seed=SEED), gates.cry_wolf(), rates.default_over(coverage)
    exact = [c.coverage for c in coverage if c.method == "clopper_pearson"]
    return {
        "coverage_lowest": over.lowest,
        "coverage_mean": over.mean,
        "clopper_pearson_lowest": min(exact),
        "gate_false_alarm": gates.highest(decided, difference=0.0, word="worse"),
        "gate_false_pass": gates.highest(decided, difference=-gates.MARGIN, word="not worse"),
        "gate_power": seen.gate,
        "z_power": seen.z,
        "cry_wolf_naive": wolf.naive,
        "cry_wolf": wolf.ours,
        "sequential_error": max(max(e.worse_without_loss, e.not_worse_at_margin) for e in errors),
        "sequential_saved": min(s.share for s in saved),
        "confidence_sequence_error": looks.sequence_error(repeats=500, seed=SEED),
        "ppi_coverage": min(j.coverage for j in judges),
        "ppi_coverage_mean": sum(j.coverage for j in judges) / len(judges),
        "ppi_width_ratio": max(j.width_ratio for j in judges),
        "ppi_width_ratio_mean": sum(j.width_ratio for j in judges) / len(judges),
        "ppi_normal_coverage": min(j.ppi_normal for j in judges),
        "rogan_gladen_coverage": judged.transported(repeats=2000, seed=SEED),
    }


def bars(found: Figures) -> list[Bar]:
    """The bars, each on the worst cell of its figure unless it is called a mean."""
    asked = (
        ("coverage_lowest", "≥", 0.935), ("coverage_mean", "≥", 0.945), ("coverage_mean", "≤", 0.97),
        ("clopper_pearson_lowest", "≥", 0.95), ("gate_false_alarm", "≤", 0.05), ("gate_false_pass", "≤", 0.05),
        ("gate_power", "≥", found["z_power"]), ("sequential_error", "≤", 0.05), ("sequential_saved", "≥", 0.25),
        ("confidence_sequence_error", "≤", 0.05), ("ppi_coverage", "≥", 0.94), ("ppi_width_ratio", "≤", 1.0),
        ("rogan_gladen_coverage", "≥", 0.93),
    )  # fmt: skip
    return [Bar(figure, found[figure], sign, bar) for figure, sign, bar in asked]


def rows(found: Sequence[Any]) -> list[Figures]:
    """NamedTuples as objects."""
    return [row._asdict() for row in found]


def table(found: Figures) -> str:
    """For people."""
    lines = ["coverage of 95 % intervals of a rate: lowest and mean over rates from 0.01 to 0.5", "", _heading()]
    lines += _coverage(found["coverage"])
    lines += [
        "",
        f"the gate at 5 %, margin {gates.MARGIN}: how often it says so, the highest over {_cells(found['gate'])}",
    ]
    lines += [_figure(found, name) for name in ("gate_false_alarm", "gate_false_pass")]
    lines += ["a loss of twice the margin at 200 pairs is seen by the gate, and by an unpaired z test"]
    lines += [_figure(found, name) for name in ("gate_power", "z_power")]
    lines += ["a system put against itself, 100 cases: called worse by more than two points, and by the gate"]
    lines += [_figure(found, name) for name in ("cry_wolf_naive", "cry_wolf")]
    lines += ["", "looking at every family: ever wrong; families saved at equal power (least); confidence sequences"]
    lines += [_figure(found, n) for n in ("sequential_error", "sequential_saved", "confidence_sequence_error")]
    lines += ["", f"people's rate from a judge and {judged.LABELS} labels, {_cells(found['judge'])}: worst and mean"]
    lines += [_figure(found, n) for n in found if n.startswith(("ppi_", "rogan"))]
    lines += ["", "bars", *(_bar(bar) for bar in bars(found))]
    return "\n".join([*lines, "", f"{found['repeats']} repeats a cell, seed {found['seed']}, {found['seconds']:.0f} s"])


def _heading() -> str:
    return f"  {'method':16} {'families':14}" + "".join(f"{f'n = {n}':>16}" for n in rates.SIZES)


def _coverage(found: Sequence[Figures]) -> list[str]:
    lines = []
    for method, families in dict.fromkeys((row["method"], row["families"]) for row in found):
        line = f"  {method:16} {families:14}"
        for n in rates.SIZES:
            mine = [r["coverage"] for r in found if (r["method"], r["families"], r["n"]) == (method, families, n)]
            line += f"{min(mine):8.3f}{sum(mine) / len(mine):8.3f}"
        lines.append(line)
    return lines


def _cells(found: Sequence[Figures]) -> str:
    return f"{len(found)} cells"


def _figure(found: Figures, name: str) -> str:
    return f"  {name:28} {found[name]:.3f}"


def _bar(bar: Bar) -> str:
    return f"  {bar.figure:28} {bar.value:.4f} {bar.sign} {bar.bar:.4f}  {'clears' if bar.clears else 'MISSES'}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--quick", action="store_true", help="fewer cells and 2,000 repeats")
    args = parser.parse_args(arguments)
    found = figures(quick=args.quick)
    print(json.dumps(found) if args.json else table(found))


if __name__ == "__main__":
    main()
