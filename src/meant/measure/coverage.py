"""Coverage: how many cases a policy has by principle, on each side of its line and of the wall, and what is missing.

Its rule: of a gate case it is told where it stands, and never what it says. A red line, a precedence or a tool rule is
covered where a case says so, by its slice `red_line`, `precedence` or `tool_rule`.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from meant.core.case import Split
from meant.core.casebook import Outline
from meant.core.policy import Policy
from meant.core.side import Side
from meant.measure.drafting.labels import numbered, precedence_label, rule_label

SPLITS: tuple[Split, ...] = ("train", "dev", "gate")
SIDES: tuple[Side, ...] = ("permits", "forbids", "unclear")
FAMILIES = 5
"""Families a side below which coverage names a gap: with 5 right of 5, the interval still begins at 55 %."""
_SECTIONS = {"red_line": "red_lines", "precedence": "precedence", "tool_rule": "tools"}


class Row(NamedTuple):
    """One principle."""

    principle: str
    sides: Mapping[Side, int]
    """Cases."""
    families: Mapping[Side, int]
    splits: Mapping[Split, int]
    """Cases."""
    origins: Mapping[str, int]
    unread: int
    """Cases that were accepted and that nobody read."""


class Gap(NamedTuple):
    """Something that the suites do not cover."""

    about: str
    """Where it stands in the policy."""
    problem: str
    remedy: str


@dataclass(frozen=True)
class Coverage:
    """Of one policy, by some suites."""

    rows: tuple[Row, ...]
    gaps: tuple[Gap, ...]


def coverage(policy: Policy, outlines: Sequence[Outline], *, families: int = FAMILIES) -> Coverage:
    """What these cases cover of the policy; `families`: how many a side of a principle should have at least."""
    rows = tuple(_row(p.id, [o for o in outlines if o.principle == p.id]) for p in policy.principles)
    gaps = [gap for row in rows for gap in _of_row(row, families)]
    gaps += _unlabelled(policy, outlines)
    return Coverage(rows, (*gaps, *_strangers(policy, outlines)))


def _row(principle: str, mine: Sequence[Outline]) -> Row:
    sides = Counter(outline.side for outline in mine)
    families = Counter(side for side, _ in {(outline.side, outline.family) for outline in mine})
    splits = Counter(outline.split for outline in mine)
    return Row(
        principle=principle,
        sides={side: sides[side] for side in SIDES},
        families={side: families[side] for side in SIDES},
        splits={split: splits[split] for split in SPLITS},
        origins=dict(Counter(outline.origin for outline in mine).most_common()),
        unread=sum(outline.slices.get("review") == "unread" for outline in mine),
    )


def _of_row(row: Row, families: int) -> Iterator[Gap]:
    about = f"principles.{row.principle}"
    more = (
        f"meant cases draft --principle {row.principle} --with SYSTEM, or write situations: new families fall anywhere"
    )
    if not sum(row.sides.values()):
        yield Gap(about, "no case", f"meant cases draft --principle {row.principle}")
        return
    for side in ("permits", "forbids"):
        if not row.sides[side]:
            yield Gap(about, f"no case on the side that {side}", _label_or(more, row))
        elif row.families[side] < families:
            yield Gap(about, f"{_count(row.families[side], 'family')} on the side that {side}", more)
    if not row.splits["gate"]:
        yield Gap(about, "nothing in gate", more)
    if row.unread:
        yield Gap(about, f"{_count(row.unread, 'case')} that nobody read", "read them, and remove what is wrong")


def _label_or(more: str, row: Row) -> str:
    unclear = row.sides["unclear"]
    return (
        f'{more}; or label the {_count(unclear, "unclear case")} with the slice "side": do or dont' if unclear else more
    )


def _unlabelled(policy: Policy, outlines: Sequence[Outline]) -> Iterator[Gap]:
    wanted = {
        "red_line": [line.id for line in policy.red_lines],
        "precedence": [precedence_label(one) for one in policy.precedence],
        "tool_rule": [rule_label(rule, number) for rule, number in numbered(policy.tools)],
    }
    for slice_, labels in wanted.items():
        covered = {outline.slices.get(slice_) for outline in outlines}
        for label in labels:
            if label not in covered:
                remedy = f'a case covers it that says so by its slice: {{"{slice_}": "{label}"}}'
                yield Gap(f"{_SECTIONS[slice_]}.{label}", "no case", remedy)


def _strangers(policy: Policy, outlines: Sequence[Outline]) -> Iterator[Gap]:
    known = [p.id for p in policy.principles]
    for name, count in Counter(o.principle for o in outlines if o.principle not in known).items():
        words = f"{_count(count, 'case')} of a principle that the policy does not state"
        yield Gap(f"principles.{name}", words, f"it has: {', '.join(known)}")


def _count(number: int, noun: str) -> str:
    many = noun.replace("family", "families") if "family" in noun else f"{noun}s"
    return f"{number} {noun if number == 1 else many}"
