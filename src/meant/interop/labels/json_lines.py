"""JSON Lines: a line a task, to be filled in by a program or a person, and read back."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from meant.core.errors import Fault
from meant.files.jsonl import read_jsonl
from meant.interop.labels.contract import PairKey, Row, Task

_SHOWN = ("principle", "expected", "conversation", "reply", "a", "b")


@dataclass(frozen=True)
class JsonLines:
    """No settings."""

    def tasks(self, tasks: Sequence[Task]) -> str:
        """Lines whose `rater` and `said`, or `preferred`, are null."""
        return "".join(json.dumps(_line(task), ensure_ascii=False) + "\n" for task in tasks)

    def setup(self, *, pairs: bool) -> str | None:
        """Nothing."""
        return None

    def rows(self, file: Path, faults: list[Fault]) -> Iterator[Row]:
        """One for each line that says something; what was shown is not read."""
        for record in read_jsonl(file, faults):
            said = {name: value for name, value in record.data.items() if name not in _SHOWN and value is not None}
            if "said" in said or "preferred" in said:
                yield Row(record.line, "", said)


def _line(task: Task) -> dict[str, Any]:
    pair = isinstance(task.key, PairKey)
    asked = ("preferred",) if pair else ("said", "behaviour")
    return {
        "meant": task.key.model_dump(mode="json"),
        "principle": task.principle,
        "expected": task.expected,
        "conversation": [{"role": role, "text": text} for role, text in task.conversation],
        **dict(zip(("a", "b") if pair else ("reply",), task.replies, strict=True)),
        "rater": None,
        **dict.fromkeys(asked),
        "why": None,
    }
