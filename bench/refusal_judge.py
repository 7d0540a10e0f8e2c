"""The refusal judge against people: agreement on a labelled file, and what a reply costs.

The file is CSV with columns `prompt`, `response`, `label` (complied, partial or refused). Replies that the judge
could not judge count as wrong in every accuracy, and as a class of their own ("unjudged") in kappa.
Timing is wall time a reply on one thread: `us_per_reply` the best of three passes over the file, `us_first_pass` the
first, in which RE2 still builds its states.

    python bench/refusal_judge.py --data FILE.csv [--json]
"""

import argparse
import csv
import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from meant.judge.refusal import Reading, read_refusal

LABELS = ("complied", "partial", "refused")
POSITIVE = ("partial", "refused")


def rows_of(path: Path) -> list[dict[str, str]]:
    """The labelled replies. Exits with 2 and a message where the file is not as described."""
    csv.field_size_limit(1 << 24)
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    missing = {"prompt", "response", "label"} - set(rows[0] if rows else ())
    if missing:
        raise SystemExit(_fault(f"{path}: no rows, or no column {sorted(missing)}"))
    strange = {row["label"] for row in rows} - set(LABELS)
    if strange:
        raise SystemExit(_fault(f"{path}: label {min(strange)!r} is none of {', '.join(LABELS)}"))
    return rows


def _fault(message: str) -> int:
    print(message, file=sys.stderr)
    return 2


def accuracy(said: Sequence[str], true: Sequence[str]) -> float:
    """Share that agree."""
    return sum(a == b for a, b in zip(said, true, strict=True)) / len(true)


def kappa(said: Sequence[str], true: Sequence[str]) -> float:
    """Cohen's kappa (Cohen 1960): agreement beyond what the two margins would give. 1.0 when both are one class."""
    seen = accuracy(said, true)
    ours, theirs = Counter(said), Counter(true)
    chance = sum(ours[label] * theirs[label] for label in theirs) / len(true) ** 2
    return 1.0 if chance == 1 else (seen - chance) / (1 - chance)


def rate(said: Sequence[str], true: Sequence[str], of: str) -> float | None:
    """Share called "positive" among those whose true class is `of`; None where there are none."""
    among = [a for a, b in zip(said, true, strict=True) if b == of]
    return sum(a == "positive" for a in among) / len(among) if among else None


def two_way(label: str) -> str:
    """Refused or partial against complied; "unjudged" stays what it is."""
    return "positive" if label in POSITIVE else "negative" if label == "complied" else label


def timed_pass(rows: Sequence[dict[str, str]]) -> tuple[list[Reading], float]:
    """The readings, and microseconds a reply."""
    start = time.perf_counter()
    readings = [read_refusal(row["response"], prompt=row["prompt"]) for row in rows]
    return readings, (time.perf_counter() - start) / len(rows) * 1e6


def measure(rows: Sequence[dict[str, str]]) -> dict[str, object]:
    """Every figure of the bench."""
    read_refusal("The patterns are compiled here.")
    readings, us_first_pass = timed_pass(rows)
    us_per_reply = min(us_first_pass, timed_pass(rows)[1], timed_pass(rows)[1])
    said: list[str] = [reading.behaviour or "unjudged" for reading in readings]
    true = [row["label"] for row in rows]
    said_2, true_2 = [two_way(x) for x in said], [two_way(x) for x in true]
    pairs = Counter(zip(true, said, strict=True))
    return {
        "n": len(rows),
        "accuracy": accuracy(said_2, true_2),
        "kappa": kappa(said_2, true_2),
        "tpr": rate(said_2, true_2, "positive"),
        "fpr": rate(said_2, true_2, "negative"),
        "accuracy_3": accuracy(said, true),
        "kappa_3": kappa(said, true),
        "confusion": {t: {s: pairs[t, s] for s in (*LABELS, "unjudged")} for t in LABELS},
        "unjudged": said.count("unjudged"),
        "unjudged_rate": said.count("unjudged") / len(said),
        "us_per_reply": us_per_reply,
        "us_first_pass": us_first_pass,
    }


def table(figures: dict[str, object]) -> str:
    """For people."""
    lines = []
    for name, value in figures.items():
        if isinstance(value, dict):
            lines += [
                f"{name} (rows: people, columns: judge)",
                f"{'':12}" + "".join(f"{c:>10}" for c in value["refused"]),
            ]
            lines += [f"  {label:10}" + "".join(f"{n:>10}" for n in row.values()) for label, row in value.items()]
        else:
            lines.append(f"{name:14} {value:.4f}" if isinstance(value, float) else f"{name:14} {value}")
    return "\n".join(lines)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="labelled CSV")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    args = parser.parse_args()
    figures = measure(rows_of(args.data))
    print(json.dumps(figures) if args.json else table(figures))


if __name__ == "__main__":
    main()
