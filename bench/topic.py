"""What the topic guard lets through: questions to a bank, other questions and sums, with and without an encoder.

Examples of what is allowed are drawn from BANKING77's training questions; let through should be its test questions,
and neither CoCoNot's contrast set nor GSM8K. Every draw is a row. DATA holds `banking77/`, `coconot/` and `gsm8k/`.

    python bench/topic.py DATA [--encoder NAME] [--examples 40] [--near 0.15] [--draws 3] [--texts 300] [--json]
"""

import argparse
import asyncio
import csv
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from meant.core.guard import Sight
from meant.guard.contract import GUARDS, Guard


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("data", type=Path)
    options.add_argument("--encoder", help="beside none")
    options.add_argument("--examples", type=int, action="append")
    options.add_argument("--near", type=float, action="append")
    options.add_argument("--draws", type=int, default=3)
    options.add_argument("--texts", type=int, default=300)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    texts = {name: random.Random(0).sample(held, given.texts) for name, held in asked(given.data).items()}
    nears = given.near or [0.15]
    for size in given.examples or [40]:
        for draw in range(given.draws):
            examples = random.Random(draw).sample(questions(given.data / "banking77/train.csv"), size)
            for encoder in dict.fromkeys((None, given.encoder)):
                for row in rows(examples, encoder, texts, nears):
                    told = {"examples": size, "draw": draw, "encoder": encoder} | row
                    print(json.dumps(told) if given.json else "  ".join(f"{k}={v}" for k, v in told.items()))


def rows(
    examples: Sequence[str], encoder: str | None, texts: Mapping[str, Sequence[str]], nears: Sequence[float]
) -> Iterator[dict[str, Any]]:
    """The share that passes of each set, for each `near`. Where nothing is denied, the score is less the likeness."""
    settings = {"use": "topic", "otherwise": "block", "then": "block", "encoder": encoder}
    guard = GUARDS.build({**settings, "allowed": {"bank": examples}})
    likeness = {name: asyncio.run(likenesses(guard, held)) for name, held in texts.items()}
    for near in nears:
        shares = {name: sum(one >= near for one in held) / len(held) for name, held in likeness.items()}
        yield {"near": near} | {name: round(share, 3) for name, share in shares.items()}


async def likenesses(guard: Guard, texts: Sequence[str]) -> list[float]:
    """Of each text with the nearest example."""
    return [-((await guard.check(Sight("input", text, ()))).score or 0.0) for text in texts]


def asked(data: Path) -> dict[str, list[str]]:
    """The texts by set."""
    return {
        "bank": questions(data / "banking77/test.csv"),
        "others": [one["prompt"] for one in lines(data / "coconot/coconot_contrast_eval.jsonl")],
        "sums": [one["question"] for one in lines(data / "gsm8k/test.jsonl")],
    }


def questions(path: Path) -> list[str]:
    """BANKING77's."""
    with path.open(encoding="utf-8", newline="") as file:
        return [row["text"] for row in csv.DictReader(file)]


def lines(path: Path) -> list[dict[str, Any]]:
    """One JSON object a line."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


if __name__ == "__main__":
    main()
