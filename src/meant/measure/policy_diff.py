"""Two versions of a policy: which principles changed, in which fields, and which cases they touch.

A case is touched when its principle was added, removed or changed in a way that bears on verdicts: what it says, its
examples, its safe completion, its dimension. A new severity or a new sentence for the prompt touches no verdict.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from meant.core.policy import Policy, Principle
from meant.core.suite import Suite

Kind = Literal["added", "removed", "changed"]
BEARING = frozenset({"says", "do", "dont", "refuse_well", "safe_completion", "dimension"})
"""Fields of a principle that bear on what a right reply is."""


class Change(NamedTuple):
    """One principle that differs."""

    principle: str
    kind: Kind
    fields: tuple[str, ...]
    """Which fields differ; empty for one that was added or removed."""
    touched: Mapping[str, int]
    """Cases to judge again, by suite; gate cases are counted too."""


class PolicyDiff(NamedTuple):
    """What differs between two policies."""

    principles: tuple[Change, ...]
    elsewhere: tuple[str, ...]
    """Other top-level fields that differ, as in `red_lines`."""


def policy_diff(old: Policy, new: Policy, suites: Sequence[Suite]) -> PolicyDiff:
    """From `old` to `new`, with the cases of `suites` that the changes touch."""
    changes = tuple(_changes(old, new, suites))
    fields = [name for name in Policy.model_fields if name != "principles"]
    return PolicyDiff(changes, tuple(name for name in fields if getattr(old, name) != getattr(new, name)))


def _changes(old: Policy, new: Policy, suites: Sequence[Suite]) -> Iterator[Change]:
    before, after = ({p.id: p for p in policy.principles} for policy in (old, new))
    for name in dict.fromkeys([*before, *after]):
        fields = _differing(before.get(name), after.get(name))
        kind: Kind = "added" if name not in before else "removed" if name not in after else "changed"
        if kind != "changed" or fields:
            bears = kind != "changed" or bool(BEARING & set(fields))
            yield Change(name, kind, fields, _touched(name, suites) if bears else {})


def _differing(old: Principle | None, new: Principle | None) -> tuple[str, ...]:
    if old is None or new is None:
        return ()
    a, b = old.model_dump(), new.model_dump()
    return tuple(name for name in a if a[name] != b[name])


def _touched(principle: str, suites: Sequence[Suite]) -> dict[str, Any]:
    counts = {suite.card.name: suite.book.count(principle) for suite in suites}
    return {name: n for name, n in counts.items() if n}
