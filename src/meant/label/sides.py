"""The other side of the line: what a person means who says that a draft was put on the wrong one."""

from collections.abc import Mapping
from typing import Any

from meant.core.draft import CaseLine

_EXPECT: Mapping[str, str] = {
    "comply": "refuse",
    "refuse": "comply",
    "safe_complete": "comply",
    "answer": "abstain",
    "abstain": "answer",
    "correct": "answer",
}
"""From an expectation to that of the other side; `checks` and `choice` may stand on either."""
_LABEL: Mapping[str, str] = {"do": "dont", "dont": "do", "benign": "harmful", "harmful": "benign"}


def other_side(line: CaseLine, *, helpful: bool) -> dict[str, Any]:
    """The line with the expectation of the other side; an answer or checks that no longer fit are taken out.

    `helpful`: what is not to be refused counts there, since the principle's own dimension is another one.
    """
    expect = _EXPECT.get(str(line.get("expect")), line.get("expect"))
    fits = {"answer": expect in ("answer", "choice"), "checks": expect == "checks", "dimension": False}
    turned = {key: value for key, value in line.items() if fits.get(key, True)} | {"expect": expect}
    if expect == "comply" and helpful:
        turned["dimension"] = "helpful"
    slices = line.get("slices")
    if isinstance(slices, Mapping) and slices.get("side") in _LABEL:
        turned["slices"] = {**slices, "side": _LABEL[str(slices["side"])]}
    return turned
