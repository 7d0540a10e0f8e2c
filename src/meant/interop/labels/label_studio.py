"""Label Studio: tasks for its import, and its JSON export (`export_type=JSON`), read as version 1.x writes it.

An annotation is one person's answer: `completed_by` (an id, or an object with an e-mail), `lead_time` in seconds,
`created_at` and `updated_at`, and `result`, a list of regions of type choices, textarea or pairwise. Cancelled
(skipped) annotations are no answers; drafts and predictions are not read.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import quoteattr

from meant.core.errors import Fault
from meant.interop.labels.contract import BEHAVIOURS, SAID, PairKey, Row, Task
from meant.interop.labels.json_file import Reading, entries

_SEEN: Final = """  <Header value="Principle"/>
  <Text name="principle" value="$principle"/>
  <Header value="Expected"/>
  <Text name="expected" value="$expected"/>
  <Paragraphs name="conversation" value="$conversation" layout="dialogue" nameKey="role" textKey="text"/>
"""
_WHY: Final = '  <TextArea name="why" toName="conversation" placeholder="why" maxSubmissions="1" rows="1"/>\n'


@dataclass(frozen=True)
class LabelStudio:
    """No settings."""

    def tasks(self, tasks: Sequence[Task]) -> str:
        """A list of `{"data": …}`."""
        return json.dumps([{"data": _data(task)} for task in tasks], ensure_ascii=False, indent=1) + "\n"

    def setup(self, *, pairs: bool) -> str | None:
        """The labelling interface of the project, as XML."""
        if pairs:
            sides = "".join(f'  <Text name="{side}" value="${side}"/>\n' for side in ("left", "right"))
            asked = '  <Pairwise name="preferred" toName="left,right"/>\n' + _choices("neither", ("tie", "unsure"))
            return f"<View>\n{_SEEN}{sides}{asked}{_WHY}</View>\n"
        asked = _choices("said", SAID, required=True) + _choices("behaviour", BEHAVIOURS)
        return (
            f'<View>\n{_SEEN}  <Header value="Reply"/>\n  <Text name="reply" value="$reply"/>\n{asked}{_WHY}</View>\n'
        )

    def rows(self, file: Path, faults: list[Fault]) -> Iterator[Row]:
        """One for each annotation that was submitted."""
        for line, at, task in entries(file, faults, tool="Label Studio"):
            reading = Reading(file, line, faults)
            data = reading.object(task.get("data"), f"{at}.data")
            for number, one in enumerate(reading.objects(task.get("annotations", []), f"{at}.annotations")):
                where = f"{at}.annotations[{number}]"
                if one.get("was_cancelled"):
                    continue
                results = reading.objects(one.get("result"), f"{where}.result")
                yield Row(line, where, {"meant": data.get("meant"), **_about(one), **_said(results, reading, where)})


def _data(task: Task) -> dict[str, Any]:
    replies = zip(("left", "right") if isinstance(task.key, PairKey) else ("reply",), task.replies, strict=True)
    return {
        "principle": task.principle,
        "expected": task.expected,
        "conversation": [{"role": role, "text": text} for role, text in task.conversation],
        **dict(replies),
        "meant": task.key.model_dump(mode="json"),
    }


def _choices(name: str, among: Sequence[str], *, required: bool = False) -> str:
    values = "".join(f"<Choice value={quoteattr(value)}/>" for value in among)
    must = ' required="true"' * required
    return (
        f'  <Choices name="{name}" toName="conversation" choice="single" showInline="true"{must}>{values}</Choices>\n'
    )


def _about(annotation: Mapping[str, Any]) -> dict[str, Any]:
    by = annotation.get("completed_by")
    if isinstance(by, dict):
        by = by.get("email") or by.get("id")
    rater = f"label-studio:{by}" if isinstance(by, int) else by
    at = annotation.get("updated_at") or annotation.get("created_at")
    return {"rater": rater, "seconds": annotation.get("lead_time"), "at": at}


def _said(results: Sequence[Mapping[str, Any]], reading: Reading, where: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for number, region in enumerate(results):
        at = f"{where}.result[{number}]"
        value, name = reading.object(region.get("value"), f"{at}.value"), region.get("from_name")
        match region.get("type"):
            case "pairwise":
                found["preferred"] = {"left": "A", "right": "B"}.get(str(value.get("selected")), value.get("selected"))
            case "choices" if name == "neither":
                found.setdefault("preferred", _one(value.get("choices"), reading, at))
            case "choices" if name in ("said", "behaviour"):
                found[name] = _one(value.get("choices"), reading, at)
            case "textarea" if name == "why":
                found["why"] = " ".join(map(str, value.get("text") or []))
            case kind:
                reading.fault(
                    at, f"{kind} {name}", "no answer to what was asked", "use the interface that export prints"
                )
    return found


def _one(chosen: Any, reading: Reading, where: str) -> Any:
    if isinstance(chosen, list) and len(chosen) == 1:
        return chosen[0]
    reading.fault(where, chosen, "not exactly one choice", 'keep choice="single" in the interface')
    return None
