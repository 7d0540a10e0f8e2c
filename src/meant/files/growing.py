"""Accepted cases into a suite of the user's own: a new one, or lines added to one that is there.

Its rule: lines that are there stay as they are, byte for byte, and a file is replaced whole or not at all. A case
whose near-duplicate stands across the wall is refused, and so is one that is derived from the policy's own text and
would leave train. Writing the same again changes nothing.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from meant.core.base import content_id
from meant.core.case import Case
from meant.core.draft import CaseLine, Draft, missing_of
from meant.core.errors import Fault, FileFaults
from meant.core.policy import Policy
from meant.files.atomic import write_text
from meant.files.cards import tell_made, write_card
from meant.files.jsonl import Record
from meant.files.placed import Placed, across_the_wall, bad_regexes
from meant.files.positions import read_yaml, whole_file
from meant.files.scaffold import new_canary
from meant.files.suite import CARD, CASES, parse_case, read_cases
from meant.files.table import CardText


class Accepted(NamedTuple):
    """A draft, its case as it was accepted, and the draft's line in the file of drafts."""

    draft: Draft
    case: CaseLine
    line: int


class Growing:
    """A suite folder that cases are added to."""

    def __init__(self, folder: Path, *, policy: Policy, against: Sequence[str], drafts: Path) -> None:
        """Read the folder, where it exists, and the suites to be kept apart from.

        Raises FileFaults with what is wrong with them, or where the folder holds cases of another policy.
        """
        self.folder, self._policy, self._drafts = folder, policy, drafts
        faults: list[Fault] = []
        self._there = self._read(faults) if (folder / CASES).exists() else []
        apart = [suite for suite in against if Path(suite).resolve() != folder.resolve()]
        self._others = [placed for suite in apart for placed in read_cases(suite, faults)[1]]
        if faults:
            raise FileFaults(faults)

    @property
    def exists(self) -> bool:
        """Whether the folder is a suite already."""
        return (self.folder / CARD).exists()

    def faults_of(self, accepted: Sequence[Accepted]) -> list[Fault]:
        """Why these cannot be added together to what is there."""
        faults: list[Fault] = []
        mine = [placed for one in accepted if (placed := self._placed(one, faults)) is not None]
        bound = {one.line for one in accepted if one.draft.bound}
        walls = [f for f in across_the_wall([*self._others, *self._there, *mine]) if f.file == str(self._drafts)]
        faults += [replace(fault, remedy=_REJECT) if fault.line in bound else fault for fault in walls]
        return [*faults, *bad_regexes(mine)]

    def add(self, accepted: Sequence[Accepted], *, card: CardText, about: str, told: str) -> list[str]:
        """Write the cases, and on the card how they were made; the names of the new ones. Raises FileFaults.

        `card` is for a new suite. `about (told).` is the sentence on the card: see `tell_made`.
        """
        if faults := self.faults_of(accepted):
            raise FileFaults(faults)
        if not self.exists:
            write_card(self.folder / CARD, {**card.model_dump(), "canary": new_canary()})
        tell_made(self.folder / CARD, about, told)
        new = self._new(accepted)
        self._write(new)
        return [str(line["name"]) for line in new]

    def _read(self, faults: list[Fault]) -> list[Placed]:
        placed = read_cases(self.folder, faults)[1]
        known = [principle.id for principle in self._policy.principles]
        if strangers := sorted({p.case.principle for p in placed} - {*known}):
            words = f"holds cases of another policy: {self._policy.name!r} has no principle {strangers[0]!r}"
            remedy = f"name another folder with --into; the policy has: {', '.join(known)}"
            faults.append(whole_file(self.folder / CASES, words, remedy))
        return placed

    def _placed(self, one: Accepted, faults: list[Fault]) -> Placed | None:
        file = str(self._drafts)
        if missing := missing_of(one.case):
            words = f"has no {' and no '.join(missing)} yet"
            faults.append(Fault(file, one.line, 0, one.draft.name, "", words, "write it, or skip or reject the draft"))
            return None
        placed = parse_case(Record(one.line, "", dict(one.case)), suite="drafts", file=self._drafts, faults=faults)
        if placed is None:
            return None
        known = [principle.id for principle in self._policy.principles]
        if placed.case.principle not in known:
            words, remedy = "the policy has no such principle", f"it has: {', '.join(known)}"
            faults.append(Fault(file, one.line, 0, "principle", placed.case.principle, words, remedy))
        if one.draft.bound and placed.case.split != "train":
            words = "is derived from the policy's own text, and this family is not in train"
            remedy = f"leave the family as it was: {one.draft.case['family']}"
            faults.append(Fault(file, one.line, 0, "family", placed.case.family, words, remedy))
        return placed

    def _new(self, accepted: Sequence[Accepted]) -> list[dict[str, Any]]:
        """Those that the suite does not hold yet, under names of their own."""
        there = {_same(placed.case) for placed in self._there}
        names = {placed.case.name for placed in self._there}
        new = []
        for one in accepted:
            placed = self._placed(one, [])
            if placed is not None and _same(placed.case) not in there:
                name = next(n for n in _names(placed.case.name) if n not in names)
                new.append({**one.case, "name": name})
                names.add(name)
                there.add(_same(placed.case))
        return new

    def _write(self, lines: Sequence[dict[str, Any]]) -> None:
        path = self.folder / CASES
        if not lines and path.exists():
            return
        canary = read_yaml(self.folder / CARD).data["canary"]
        before = path.read_bytes().decode("utf-8") if path.exists() else json.dumps({"canary": canary}) + "\n"
        before += "" if before.endswith("\n") else "\n"
        write_text(path, before + "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))


_REJECT = "reject the draft: it stands in train, and would teach what the gate asks"


def _same(case: Case) -> str:
    """Equal where two cases differ in nothing but their names."""
    return content_id(case.model_dump(mode="json", exclude_defaults=True, exclude={"name", "suite"}))


def _names(name: str) -> Iterator[str]:
    """The name, and then with a number behind it."""
    yield name
    number = 2
    while True:
        yield f"{name}-{number}"
        number += 1
