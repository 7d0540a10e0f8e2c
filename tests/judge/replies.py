"""The replies written beside the built-in suites: for each case good ones, which must pass, and bad ones.

`data/<suite>_replies.jsonl`: the suite's canary, then `{"case": name, "outcome": "pass" | "fail", "reply": text}`.
Later phrasings of a fact have the replies of its first: they have one key.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from meant.core.case import Case
from meant.files.suite import load_suite

DATA = Path(__file__).parent / "data"


@dataclass
class Written:
    """What was written for one case, by the outcome it must get."""

    case: Case
    replies: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


def written_for(suite: str) -> list[Written]:
    """Every case of the suite with its replies, in file order. The look at gate cases here measures no system."""
    book = load_suite(suite).book
    cases = [*book.for_measuring(), *book.for_gate(lambda _: None)]
    by_name = {case.name: Written(case) for case in cases}
    for line in (DATA / f"{suite}_replies.jsonl").read_bytes().splitlines()[1:]:
        row = orjson.loads(line)
        by_name[row["case"]].replies[row["outcome"]].append(row["reply"])
    first = {w.case.family: w for w in by_name.values() if w.case.slices.get("phrasing") == "1"}
    for written in by_name.values():
        if "phrasing" in written.case.slices:
            written.replies = first[written.case.family].replies
    return list(by_name.values())
