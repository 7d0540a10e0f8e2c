"""Argilla 2.x: records as `dataset.records.to_json` writes them and `dataset.records.from_json` reads them.

A record's `responses` hold, by question, `{"value", "user_id"}` of each person; what one person said to all questions
belongs together. Neither times nor the status of a response are in that file: a discarded response looks like one that
was submitted, so that it is to be removed before. Fields, questions and metadata of a data set need different names:
the principle's text is the field `rule`, its id the metadata `principle`.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from meant.core.errors import Fault
from meant.interop.labels.contract import BEHAVIOURS, PREFERRED, SAID, PairKey, Row, Task
from meant.interop.labels.json_file import Reading, entries

_QUESTIONS: Final = ("said", "behaviour", "why", "preferred")
_IDS: Final = ("run", "transcript", "principle", "frame", "case", "first", "second", "shown")


@dataclass(frozen=True)
class Argilla:
    """No settings."""

    def tasks(self, tasks: Sequence[Task]) -> str:
        """A list of records without responses."""
        return json.dumps([_record(task) for task in tasks], ensure_ascii=False, indent=1) + "\n"

    def setup(self, *, pairs: bool) -> str | None:
        """The settings of the data set, as Python."""
        replies = ("reply_a", "reply_b") if pairs else ("reply",)
        fields = "".join(
            f'        rg.TextField("{name}"),\n' for name in ("rule", "expected", "conversation", *replies)
        )
        labels = [("preferred", PREFERRED, True)] if pairs else [("said", SAID, True), ("behaviour", BEHAVIOURS, False)]
        asked = "".join(
            f'        rg.LabelQuestion("{name}", labels={json.dumps(among)}, required={required}),\n'
            for name, among, required in labels
        )
        ids = ("run", "case", "first", "second", "shown") if pairs else ("run", "transcript", "principle", "frame")
        metadata = "".join(f'        rg.TermsMetadataProperty("{name}"),\n' for name in ids)
        why = '        rg.TextQuestion("why", required=False),\n'
        return (
            f"import argilla as rg\n\nsettings = rg.Settings(\n    fields=[\n{fields}    ],\n"
            f"    questions=[\n{asked}{why}    ],\n    metadata=[\n{metadata}    ],\n)\n"
        )

    def rows(self, file: Path, faults: list[Fault]) -> Iterator[Row]:
        """One for each person who responded to a record."""
        for line, at, record in entries(file, faults, tool="Argilla"):
            reading = Reading(file, line, faults)
            metadata = reading.object(record.get("metadata"), f"{at}.metadata")
            meant = {name: metadata[name] for name in _IDS if metadata.get(name) is not None}
            by_user = dict[str, dict[str, Any]]()
            for name, given in reading.object(record.get("responses") or {}, f"{at}.responses").items():
                for one in reading.objects(given, f"{at}.responses.{name}"):
                    if name not in _QUESTIONS:
                        reading.fault(f"{at}.responses.{name}", name, "no question that was asked", "remove it")
                    elif one.get("value") is not None:
                        by_user.setdefault(str(one.get("user_id") or ""), {})[name] = one["value"]
            for user, said in by_user.items():
                yield Row(line, f"{at}.responses", {"meant": meant, "rater": user, **said})


def _record(task: Task) -> dict[str, Any]:
    names = ("reply_a", "reply_b") if isinstance(task.key, PairKey) else ("reply",)
    said = "\n\n".join(f"{role}: {text}" for role, text in task.conversation)
    fields = {"rule": task.principle, "expected": task.expected, "conversation": said}
    return {
        "id": "-".join([task.key.first, task.key.second] if isinstance(task.key, PairKey) else [task.key.transcript]),
        "fields": {**fields, **dict(zip(names, task.replies, strict=True))},
        "metadata": task.key.model_dump(mode="json", exclude_none=True),
        "suggestions": {},
        "responses": {},
        "vectors": {},
    }
