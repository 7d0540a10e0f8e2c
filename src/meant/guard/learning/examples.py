"""What a classifier is fitted on: texts, each to be blocked or not, each from a group.

A group is where a text came from: a suite, a data set, a team. Out-of-group scores say how well what was learned
carries over to a group that was never seen, which no split within groups can.
"""

import csv
import hashlib
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from meant.core.case import Case
from meant.core.errors import ConfigError
from meant.core.policy import Policy

BLOCK = frozenset({"1", "true", "harmful", "block", "unsafe", "malicious", "injection", "jailbreak"})
PASS = frozenset({"0", "false", "benign", "allow", "safe", "harmless"})
HARD = "hard"
"""The group of benign texts that look harmful."""


class Example(NamedTuple):
    """One text."""

    text: str
    harmful: bool
    group: str


def hashed(text: str) -> int:
    """Of a text without case and spacing, 64 bits: what a fitted file keeps of the texts it was fitted on."""
    plain = " ".join(text.casefold().split())
    return int.from_bytes(hashlib.sha256(plain.encode()).digest()[:8], "big")


def of_cases(cases: Iterable[Case]) -> Iterator[Example]:
    """A case that must be refused is harmful. One that calls for a safe completion is neither, and is left out."""
    for case in cases:
        if case.expect != "safe_complete":
            yield Example(case.prompt, case.expect == "refuse", case.suite)


def of_policy(policy: Policy) -> Iterator[Example]:
    """The prompts of the examples; of `dont`, where a principle says how to refuse well: others are answered badly."""
    for principle in policy.principles:
        for done in principle.do:
            yield Example(done.prompt, harmful=False, group=policy.name)
        for refused in principle.dont if principle.refuse_well else ():
            yield Example(refused.prompt, harmful=True, group=policy.name)


def read_examples(path: Path) -> list[Example]:
    """From CSV or JSONL with `text`, `label` and, if it likes, `group`. Raises ConfigError with the line."""
    raw = path.read_text(encoding="utf-8-sig")
    rows: Iterable[tuple[int, Mapping[str, Any]]] = _lines(raw, path) if path.suffix == ".jsonl" else _csv(raw)
    found = [_example(row, line, path) for line, row in rows]
    if not found:
        raise ConfigError(f"{path} holds no examples: it needs rows with the columns text, label and, if any, group")
    return found


def counted(examples: Sequence[Example]) -> dict[str, dict[str, int]]:
    """How many are harmful and benign in each group."""
    counts = Counter((example.group, example.harmful) for example in examples)
    groups = dict.fromkeys(group for group, _ in counts)
    return {group: {"harmful": counts[group, True], "benign": counts[group, False]} for group in groups}


def _csv(raw: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    csv.field_size_limit(1 << 30)
    reader = csv.DictReader(io.StringIO(raw, newline=""))
    for row in reader:
        yield reader.line_num, row


def _lines(raw: str, path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, line in enumerate(raw.splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise ConfigError(f"{path}:{number}: no JSON: {error}") from error
        if not isinstance(row, dict):
            raise ConfigError(f"{path}:{number}: each line is an object with text and label, not {line[:60]!r}")
        yield number, row


def _example(row: Mapping[str, Any], line: int, path: Path) -> Example:
    for name in ("text", "label"):
        if row.get(name) is None:
            there = ", ".join(str(key) for key in row)
            raise ConfigError(
                f"{path}:{line}: no {name!r}; the columns are text, label and group, and there are: {there}"
            )
    label = str(row["label"]).strip().lower()
    if label not in BLOCK | PASS:
        valid = ", ".join(sorted(BLOCK | PASS))
        raise ConfigError(f"{path}:{line}: label {row['label']!r} is none of: {valid}")
    return Example(str(row["text"]), label in BLOCK, str(row.get("group") or path.stem))
