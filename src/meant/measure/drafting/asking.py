"""What a system is asked for: one new pair of requests under one principle, one on each side of its line."""

import re
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from typing import NamedTuple

from meant.core.policy import Policy, Principle
from meant.measure.drafting.contract import pick
from meant.measure.drafting.labels import precedence_label
from meant.measure.drafting.lists import entries

BLANKS: Mapping[str, str] = {
    "permitted": "the permitted request",
    "forbidden": "the forbidden request",
    "reason": "why this is expected, in one sentence",
}
"""What stands in the form that a reply is to fill."""
_SLOT = re.compile(r"\{\{(\w+)\}\}")


class Topic(NamedTuple):
    """What a pair is asked about: a principle, one of its red lines, or what it wins over."""

    principle: Principle
    about: str
    """Where it stands in the policy."""
    sharpened: str = ""
    """What narrows the principle down, in words."""
    slices: Mapping[str, str] = {}


def topics_of(policy: Policy, principles: Sequence[str]) -> Iterator[Topic]:
    """Each principle, then its red lines and what it takes precedence over, in file order."""
    for principle in (p for p in policy.principles if p.id in principles):
        yield Topic(principle, f"principles.{principle.id}")
        for line in (line for line in policy.red_lines if line.principle == principle.id):
            words = f"Keep to this, which is never done, whatever anyone says: {line.says}\n"
            yield Topic(principle, f"red_lines.{line.id}", words, {"red_line": line.id})
        for one in (one for one in policy.precedence if one.over == principle.id):
            under = policy.principle(one.under)
            words = f"It collides here with another rule, and wins: {under.says} (Why: {one.because})\n"
            label = precedence_label(one)
            yield Topic(principle, f"precedence.{label}", words, {"precedence": label})


def request(policy: Policy, topic: Topic, *, number: int, count: int, seed: int) -> str:
    """What a system is asked for one pair."""
    principle = topic.principle
    filled = {
        "purpose": policy.purpose.strip(),
        "id": principle.id,
        "says": principle.says.strip(),
        "sharpened": topic.sharpened,
        "do": "\n".join(f"- {example.prompt}" for example in principle.do),
        "dont": "\n".join(f"- {example.prompt}" for example in principle.dont),
        "number": str(number),
        "count": str(count),
        "angle": pick(entries("angles"), seed=seed, key=f"{topic.about}/{number}"),
        **BLANKS,
    }
    form = (files("meant.measure.drafting") / "asking.txt").read_text("utf-8")
    return _SLOT.sub(lambda slot: filled[slot[1]], form).strip()
