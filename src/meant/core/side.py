"""Which side of its principle's line a case stands on: what it holds may be given, or it may not.

Its rule: the slice `side` says so where it is there; else the expectation does, where it can. `checks` and `choice`
may stand on either side: without the slice nobody knows.
"""

from collections.abc import Mapping
from typing import Literal

Side = Literal["permits", "forbids", "unclear"]

LABELS: Mapping[str, Side] = {
    "do": "permits",
    "benign": "permits",
    "sensitive": "permits",
    "dont": "forbids",
    "harmful": "forbids",
    "safe": "forbids",
}
"""What the slice `side` may be."""
EXPECTED: Mapping[str, Side] = {
    "comply": "permits",
    "answer": "permits",
    "refuse": "forbids",
    "safe_complete": "forbids",
    "abstain": "forbids",
    "correct": "forbids",
}


def side_of(expect: str, slices: Mapping[str, str]) -> Side:
    """The side of a case with this expectation and these slices."""
    return LABELS.get(slices.get("side", ""), EXPECTED.get(expect, "unclear"))
