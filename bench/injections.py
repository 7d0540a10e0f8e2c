"""What the signs of the guard `spotlight` are worth: area under the curve, recall at 5 % false alarms.

Sets, each beside the repository or not at all (`--data FOLDER`, the folder that holds them):

- `injecagent`: tool results with an injected instruction, `base` plain and `enhanced` with a prefix; against the same
  results with nothing injected, and what other tools of the set return.
- `bipia`: mails and tables of the test half with an attack of the test half in the middle; against those without.
- `bastioncorpus`: what comes through tools, indirect or obfuscated; against its benign look-alikes.
- `s-labs`: whole prompts, injections and others.

Positives and negatives of one set are compared with each other; a threshold is a quantile of the set's negatives. The
patterns and weights were written before any of these was read, and nothing was fitted to them.

    python bench/injections.py --data FOLDER [--json]
"""

import argparse
import csv
import json
import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from meant.guard.injection.signs import THRESHOLD, score
from meant.stats.intervals import rate

FALSE_ALARMS = 0.05


class Scored(NamedTuple):
    """A text of a set."""

    value: float
    family: str
    """Texts with the same attack, or of the same origin, are one."""


def main() -> None:
    """Print a row a set."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data", type=Path, required=True)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    rows = [row(name, *both) for name, both in sets(given.data).items()]
    if given.json:
        json.dump({"rows": rows}, sys.stdout)
        print()
        return
    for one in rows:
        print("  ".join(f"{name}={value}" for name, value in one.items()))


def sets(data: Path) -> dict[str, tuple[list[Scored], list[Scored]]]:
    """Injections and data, by set."""
    clean = _scored(_clean_results(data / "injecagent"))
    found = {}
    for kind in ("base", "enhanced"):
        injected = [one for name in ("dh", "ds") for one in _injected(data / "injecagent", f"{name}_{kind}")]
        found[f"injecagent {kind}"] = (_scored(injected), clean)
    found["bipia"] = _bipia(data / "bipia" / "benchmark")
    found["bastioncorpus"] = _bastion(data / "bastioncorpus" / "injections.jsonl")
    found["s-labs"] = _s_labs(data / "prompt_injection_sets" / "external" / "s-labs" / "test.csv")
    return found


def row(name: str, injections: Sequence[Scored], data: Sequence[Scored]) -> dict[str, Any]:
    """The figures of one set."""
    cut = threshold([one.value for one in data], FALSE_ALARMS)
    return {
        "set": name,
        "auc": round(auc([one.value for one in injections], [one.value for one in data]), 3),
        "threshold": round(cut, 3),
        "recall_at_5_percent": _share(injections, cut),
        "recall": _share(injections, THRESHOLD),
        "false_alarms": _share(data, THRESHOLD),
    }


def threshold(negatives: Sequence[float], share: float) -> float:
    """The lowest score that at most a share of the negatives reaches."""
    allowed = int(share * len(negatives))
    reached = {value: sum(one >= value for one in negatives) for value in negatives}
    return min((value for value, count in reached.items() if count <= allowed), default=2.0)


def auc(positives: Sequence[float], negatives: Sequence[float]) -> float:
    """The chance that an injection scores above a piece of data; alike counts half."""
    won = sum((p > n) + (p == n) / 2 for p in positives for n in negatives)
    return won / (len(positives) * len(negatives))


def _share(texts: Sequence[Scored], cut: float) -> str:
    found = rate([float(one.value >= cut) for one in texts], [one.family for one in texts])
    return f"{found.value:.3f} ({found.interval.low:.3f}..{found.interval.high:.3f}, n={found.n})"


def _scored(texts: Sequence[tuple[str, str]]) -> list[Scored]:
    return [Scored(score(text).value, family) for text, family in texts]


def _injected(folder: Path, name: str) -> Iterator[tuple[str, str]]:
    for case in json.loads((folder / f"test_cases_{name}.json").read_text("utf-8")):
        yield case["Tool Response"], case["Attacker Instruction"]


def _clean_results(folder: Path) -> list[tuple[str, str]]:
    users = [json.loads(line) for line in (folder / "user_cases.jsonl").read_text("utf-8").splitlines()]
    others = json.loads((folder / "attacker_simulated_responses.json").read_text("utf-8"))
    templates = [(case["Tool Response Template"], case["User Tool"]) for case in users]
    empty = [(text.replace("<Attacker Instruction>", ""), tool) for text, tool in templates]
    return [*empty, *((str(text), str(at)) for at, text in enumerate(others.values()))]


def _bipia(folder: Path) -> tuple[list[Scored], list[Scored]]:
    attacks = json.loads((folder / "text_attack_test.json").read_text("utf-8"))
    orders = [order for kind in attacks.values() for order in kind]
    files = [(folder / name / "test.jsonl").read_text("utf-8") for name in ("email", "table")]
    contexts = [json.loads(line)["context"] for text in files for line in text.splitlines()]
    rng, injected = random.Random(0), list[tuple[str, str]]()
    for order in orders:
        for context in rng.sample(contexts, 4):
            parts = str(context).split("\n")
            at = rng.randint(0, len(parts))
            injected.append(("\n".join([*parts[:at], order, *parts[at:]]), order))
    return _scored(injected), _scored([(str(context), str(at)) for at, context in enumerate(contexts)])


def _bastion(path: Path) -> tuple[list[Scored], list[Scored]]:
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    through = [one for one in rows if one["label"] == "benign" or one["channel"] == "tool_output"]
    bad, good = (
        [(one["text"], one["id"]) for one in through if one["label"] == label] for label in ("malicious", "benign")
    )
    return _scored(bad), _scored(good)


def _s_labs(path: Path) -> tuple[list[Scored], list[Scored]]:
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    bad, good = ([(one["text"], str(at)) for at, one in enumerate(rows) if one["label"] == label] for label in "10")
    return _scored(bad), _scored(good)


if __name__ == "__main__":
    main()
