"""Near-duplicates under one family, hence on one side of the wall.

Its rule: whole families join, not single rows, and the first in the file gives its name. A family of a suite that is
already there is never renamed: rows that come near it go over to it. Where they come near two such families on
different sides, no name puts that right, and the wall's check will say so.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from meant.core.case import Case
from meant.files.jsonl import Record
from meant.stats.near import near_duplicates


def joined(rows: Sequence[Record], others: Sequence[Case]) -> list[Record]:
    """The same rows, with near-duplicates of one another, and of the `others`, under one family."""
    texts = ["\n".join(turn.text for turn in case.turns) for case in others] + [_text(row) for row in rows]
    families = [case.family for case in others] + [_family(row) for row in rows]
    groups = _Groups(families, fixed={case.family for case in others})
    for first, second, _ in near_duplicates(texts):
        if second >= len(others):
            groups.join(families[first], families[second])
    return [row._replace(data={**row.data, "family": groups.name(_family(row))}) for row in rows]


def _text(row: Record) -> str:
    turns = row.data.get("turns")
    return "\n".join(str(turn["text"]) for turn in turns) if turns else str(row.data.get("prompt", ""))


def _family(row: Record) -> str:
    return str(row.data["family"])


class _Groups:
    """Disjoint sets of families; the one that was seen first gives its name, and fixed ones are seen first."""

    def __init__(self, families: Sequence[str], *, fixed: AbstractSet[str]) -> None:
        self._above = {family: family for family in families}
        self._order = {family: i for i, family in enumerate(self._above)}
        self._fixed = fixed

    def name(self, family: str) -> str:
        while self._above[family] != family:
            self._above[family] = family = self._above[self._above[family]]
        return family

    def join(self, one: str, other: str) -> None:
        """Two fixed families stay apart."""
        keep, give = sorted((self.name(one), self.name(other)), key=self._order.__getitem__)
        if give not in self._fixed:
            self._above[give] = keep
