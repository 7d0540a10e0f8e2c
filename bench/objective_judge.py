"""Any judge against people: does a reply achieve an objective? Agreement with labels, and what could not be judged.

The labelled replies are a CSV with columns `objective`, `response` and `label` (1: achieved, 0: not), or
`--pyrit FOLDER`: the folder `scorer_evals/objective` of PyRIT, whose label is the majority of its people's scores. A
reply is judged as one to a request that is the objective, which is to be complied with: pass is achieved, fail is not.
So the judge `refusal` is the baseline "whatever is not refused is achieved".

`accuracy` and `kappa` are over pass and fail alone; `unsure` and `error` are counted beside them, and
`accuracy_of_all` counts them as wrong. `--store FILE` keeps what a model said, so that a killed bench goes on.

    python bench/objective_judge.py --data FILE.csv --judge refusal [--json]
    python bench/objective_judge.py --pyrit FOLDER --judge judge.yaml --limit 150 --store bench.db --json
"""

import argparse
import asyncio
import csv
import io
import json
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from meant.cli.terminal import Bar, talk
from meant.core.case import Case
from meant.core.errors import MeantError
from meant.core.transcript import Transcript
from meant.core.turn import Turn
from meant.core.verdict import Outcome
from meant.files.policy import load_policy
from meant.loop.judges import Bench
from meant.measure.cell import Cell
from meant.measure.judging import judge_all
from meant.measure.spending import spent_on_judging
from meant.stats.intervals import rate
from meant.store.sqlite import Store

POLICY = Path(__file__).parent / "objective_policy.yaml"
PRINCIPLE = "objective-achieved"
DRAWS = 2000
AT = datetime(2026, 1, 1, tzinfo=UTC)
SAYS: dict[Outcome, bool] = {"pass": True, "fail": False}


class Row(NamedTuple):
    """One labelled reply."""

    objective: str
    response: str
    achieved: bool
    kind: str = ""
    """What it is about; a sample keeps the kinds in proportion."""


def rows_of(path: Path) -> list[Row]:
    """A CSV as described above. Exits with 2 and a message where it is not."""
    rows = table(path.read_text("utf-8"))
    missing = {"objective", "response", "label"} - set(rows[0] if rows else ())
    if missing:
        raise SystemExit(fault(f"{path}: no rows, or no column {sorted(missing)}"))
    if strange := {row["label"] for row in rows} - {"0", "1"}:
        raise SystemExit(fault(f"{path}: label {min(strange)!r} is neither 0 nor 1"))
    return [Row(r["objective"], r["response"], r["label"] == "1", r.get("kind") or "") for r in rows]


def pyrit_rows(folder: Path) -> list[Row]:
    """PyRIT's files; a first line with the version is passed over, and so are rows that are no text."""
    rows = []
    for path in sorted(folder.glob("*.csv")):
        text = path.read_text("utf-8")
        found = table(text.partition("\n")[2] if text.startswith("#") else text)
        rows += [
            Row(r["objective"], r["assistant_response"], majority(r), path.stem)
            for r in found
            if r.get("data_type", "text") == "text"
        ]
    if not rows:
        raise SystemExit(fault(f"{folder}: no labelled replies there"))
    return rows


def majority(row: dict[str, str]) -> bool:
    """What more than half of the people said: columns `human_score`, `human_score_1`, and so on."""
    scores = [float(value) for name, value in row.items() if name.startswith("human_score") and value]
    return sum(scores) * 2 > len(scores)


def table(text: str) -> list[dict[str, str]]:
    """Rows of a CSV with a header."""
    csv.field_size_limit(1 << 24)
    return list(csv.DictReader(io.StringIO(text, newline="")))


def fault(message: str) -> int:
    """Say it; the exit code."""
    print(message, file=sys.stderr)
    return 2


def sampled(rows: Sequence[Row], limit: int | None, seed: int) -> list[Row]:
    """About `limit` rows, kinds and labels in proportion; in file order."""
    if limit is None or limit >= len(rows):
        return list(rows)
    strata: defaultdict[tuple[str, bool], list[int]] = defaultdict(list)
    for i, row in enumerate(rows):
        strata[row.kind, row.achieved].append(i)
    draw = random.Random(seed)
    spread = [i for part in sorted(strata) for i in draw.sample(strata[part], len(strata[part]))]
    step = len(spread) / limit
    return [rows[i] for i in sorted(spread[int(k * step)] for k in range(limit))]


async def judged(rows: Sequence[Row], judge: str, policy_file: Path, store: Store) -> list[Cell]:
    """What the judge says of each reply."""
    policy = load_policy(policy_file)
    cases = [
        Case(
            suite="bench",
            name=str(i),
            turns=(Turn(role="user", text=row.objective),),
            expect="comply",
            principle=PRINCIPLE,
            family=f"bench/{i}",
        )
        for i, row in enumerate(rows)
    ]
    said = [
        Transcript(
            case=case.id,
            system="somebody",
            fingerprint="given",
            turns=(*case.turns, Turn(role="assistant", text=row.response)),
            at=AT,
        )
        for case, row in zip(cases, rows, strict=True)
    ]
    bench = Bench(policy)
    try:
        judges = {expect: one for one in [bench.judge(judge)] for expect in one.expects}
        by_id = {case.id: case for case in cases}
        return await judge_all(by_id, said, judges, policy=policy.id, store=store, progress=Bar(talk()))
    finally:
        await bench.aclose()


def figures(rows: Sequence[Row], cells: Sequence[Cell], seed: int) -> dict[str, object]:
    """Every figure of the bench."""
    outcomes = Counter(cell.verdict.outcome for cell in cells)
    pairs = [
        (SAYS[cell.verdict.outcome], row.achieved)
        for row, cell in zip(rows, cells, strict=True)
        if cell.verdict.outcome in SAYS
    ]
    right = [said == true for said, true in pairs]
    every = right + [False] * (len(cells) - len(pairs))
    errors = Counter(cell.verdict.why for cell in cells if cell.verdict.outcome == "error")
    spent = {name: usage.model_dump() for name, (_, usage) in spent_on_judging(cells).items()}
    return {
        "judge": cells[0].verdict.judge,
        "n": len(pairs),
        "accuracy": share(right),
        "kappa": {"value": kappa(pairs), "interval": kappa_interval(pairs, seed)},
        "found_achieved": share([said for said, true in pairs if true]),
        "found_not_achieved": share([not said for said, true in pairs if not true]),
        "unsure": outcomes["unsure"],
        "error": outcomes["error"],
        "first_errors": [why for why, _ in errors.most_common(3)],
        "asked": len(cells),
        "accuracy_of_all": share(every),
        "achieved_by_people": sum(row.achieved for row in rows) / len(rows),
        "spent": spent,
    }


def share(hits: Sequence[bool]) -> dict[str, object]:
    """With its 95 % interval."""
    found = rate(hits, [str(i) for i in range(len(hits))])
    return {"value": found.value, "interval": list(found.interval), "n": found.n}


def kappa(pairs: Sequence[tuple[bool, bool]]) -> float | None:
    """Cohen's kappa (Cohen 1960). None without pairs, and where both sides say one and the same of all."""
    if not pairs:
        return None
    n = len(pairs)
    seen = sum(a == b for a, b in pairs) / n
    ours, theirs = sum(a for a, _ in pairs) / n, sum(b for _, b in pairs) / n
    chance = ours * theirs + (1 - ours) * (1 - theirs)
    return None if chance == 1 else (seen - chance) / (1 - chance)


def kappa_interval(pairs: Sequence[tuple[bool, bool]], seed: int) -> list[float] | None:
    """95 %, percentiles of the bootstrap over replies (Efron and Tibshirani 1993, 13.3)."""
    draw = random.Random(seed)
    found = (
        sorted(k for _ in range(DRAWS) if (k := kappa(draw.choices(pairs, k=len(pairs)))) is not None) if pairs else []
    )
    return [found[int(0.025 * len(found))], found[int(0.975 * len(found))]] if found else None


def lines(found: dict[str, object]) -> str:
    """For people."""
    return "\n".join(f"{name:20} {value}" for name, value in found.items())


def main() -> int:
    """Command line; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--data", type=Path, help="labelled CSV")
    source.add_argument("--pyrit", type=Path, help="PyRIT's folder scorer_evals/objective")
    parser.add_argument("--judge", required=True, help="as for meant eval")
    parser.add_argument("--policy", type=Path, default=POLICY, help=f"a policy with the principle {PRINCIPLE}")
    parser.add_argument("--limit", type=int, help="a sample of so many replies")
    parser.add_argument("--longest", type=int, help="leave out replies of more characters than this, before sampling")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--store", type=Path, help="where verdicts of judges that ask a model are kept")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    args = parser.parse_args()
    rows = rows_of(args.data) if args.data else pyrit_rows(args.pyrit)
    rows = sampled([r for r in rows if len(r.response) <= (args.longest or sys.maxsize)], args.limit, args.seed)
    try:
        with Store(args.store or ":memory:") as store:
            cells = asyncio.run(judged(rows, args.judge, args.policy, store))
    except MeantError as error:
        return fault(str(error))
    found = figures(rows, cells, args.seed)
    print(json.dumps(found) if args.json else lines(found))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
