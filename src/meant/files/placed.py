"""Cases with where they stand, and what is wrong with several of them together, or with their patterns.

Near-duplicates across the wall between train or dev and gate are faults: what would be tuned on one side would be
measured on the other. Cases of one generator are made from a template, so their texts are alike by nature: of them,
only the same text is a duplicate (the same problem has the same family, and cannot stand on two sides).
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from meant.core.case import Case
from meant.core.check import Called, Matches, Occurrences
from meant.core.errors import Fault
from meant.files.faults import shown
from meant.files.jsonl import Record
from meant.files.patterns import regex_problem
from meant.stats.near import near_duplicates


class Placed(NamedTuple):
    """A case and the line it was read from: for a generated one, its entry's in the card."""

    case: Case
    record: Record
    file: Path
    generator: str | None = None


def named_twice(placed: Sequence[Placed]) -> Iterator[Fault]:
    """Cases of one name."""
    first: dict[str, int] = {}
    for p in placed:
        if p.case.name in first:
            problem = f"this name is already used on line {first[p.case.name]}"
            yield _fault(p, "name", p.case.name, problem, "rename one of the two")
        first.setdefault(p.case.name, p.record.line)


def bad_regexes(placed: Sequence[Placed]) -> Iterator[Fault]:
    """Patterns of checks that do not compile."""
    for p in placed:
        for field, pattern in _patterns(p.case):
            if problem := regex_problem(pattern):
                yield _fault(p, field, pattern, f"not a valid RE2 pattern: {problem}", "correct the pattern")


def _patterns(case: Case) -> Iterator[tuple[str, str]]:
    """Every pattern of a case, with the name of its field."""
    for check in case.checks:
        if isinstance(check, Matches | Occurrences):
            yield "regex", check.regex
    called = (p for check in case.checks if isinstance(check, Called) for p in check.where)
    simulated = (p for tool in case.tools for result in tool.results for p in result.when)
    yield from (("matches", p.matches) for p in (*called, *simulated) if p.matches is not None)


def across_the_wall(placed: Sequence[Placed]) -> Iterator[Fault]:
    """Near-duplicates of which one is a gate case and the other is not."""
    texts = ["\n".join(t.text for t in p.case.turns) for p in placed]
    for first, second, similarity in near_duplicates(texts):
        a, b = placed[first], placed[second]
        if a.generator and a.generator == b.generator and texts[first] != texts[second]:
            continue
        if (a.case.split == "gate") != (b.case.split == "gate"):
            problem = f"{similarity:.0%} the same as {a.case.name!r} ({a.file.name}:{a.record.line}), across the wall"
            remedy = f"give both the family {a.case.family!r}, or remove one"
            yield _fault(b, "family", b.case.family, problem, remedy)


def _fault(placed: Placed, field: str, value: str, problem: str, remedy: str) -> Fault:
    return Fault(str(placed.file), *placed.record.place((field,)), field, shown(value), problem, remedy)
