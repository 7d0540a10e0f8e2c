"""A file of drafts: a head with canary and policy, then one proposal a line. All faults at once, each with its line."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import orjson
from pydantic import ValidationError

from meant.core.draft import CaseLine, Draft, DraftHead, missing_of
from meant.core.errors import ConfigError, Fault, FileFaults
from meant.core.policy import Policy
from meant.files.atomic import write_text
from meant.files.faults import faults_of, shown
from meant.files.jsonl import Record, read_jsonl
from meant.files.placed import Placed
from meant.files.positions import whole_file
from meant.files.scaffold import new_canary
from meant.files.suite import parse_case

_AGAIN = "correct the line, or draft again with: meant cases draft"
_STAND_IN: Mapping[str, Any] = {"answer": {"accept": ["x"]}, "checks": [{"use": "contains", "any": ["x"]}]}
"""What stands for the missing fields while the others are checked."""


class DraftFile(NamedTuple):
    """What a file of drafts holds."""

    path: Path
    head: DraftHead
    drafts: tuple[Draft, ...]
    lines: Mapping[str, int]
    """Where each draft stands, by its id."""


def check_new(path: Path) -> None:
    """ConfigError where the file exists: somebody may be reviewing it."""
    if path.exists():
        raise ConfigError(f"{path} exists; review it (meant cases review {path}), or name another file with -o")


def write_drafts(path: Path, policy: Policy, drafts: Sequence[Draft]) -> None:
    """A new file, whole or not at all."""
    head = DraftHead(canary=new_canary(), policy=policy)
    lines = [head.model_dump(mode="json", exclude_defaults=True)]
    lines += [draft.model_dump(mode="json", exclude_defaults=True) for draft in drafts]
    write_text(path, "".join(orjson.dumps(line).decode() + "\n" for line in lines))


def read_drafts(path: Path) -> DraftFile:
    """The drafts of a file. Raises FileFaults with everything that is wrong."""
    faults: list[Fault] = []
    records = list(read_jsonl(path, faults))
    head = _head(path, records[0], faults) if records else None
    if not records and not faults:
        faults.append(whole_file(path, "holds nothing", "draft some cases with: meant cases draft"))
    drafts = [_draft(path, record, faults) for record in records[1:]]
    placed = [(draft, record) for draft, record in zip(drafts, records[1:], strict=True) if draft is not None]
    faults += _twice(path, placed)
    if head is not None:
        faults += _strangers(path, head.policy, placed)
    if faults or head is None:
        raise FileFaults(sorted(faults, key=lambda fault: (fault.line, fault.column)))
    lines = {draft.id: record.line for draft, record in placed}
    return DraftFile(path, head, tuple(draft for draft, _ in placed), lines)


def as_case(line: CaseLine, *, file: Path, record: Record, faults: list[Fault]) -> Placed | None:
    """The case of a line, with stand-ins for what is missing; what is wrong with the rest goes to `faults`."""
    filled: dict[str, Any] = dict(line)
    filled.update((field, _STAND_IN[field]) for field in missing_of(line) if field in _STAND_IN)
    return parse_case(record._replace(data=filled), suite="drafts", file=file, faults=faults)


def _head(path: Path, record: Record, faults: list[Fault]) -> DraftHead | None:
    if "policy" not in record.data:
        words = "the first line is not the head of a file of drafts"
        faults.append(Fault(str(path), record.line, 1, "", shown(record.text), words, _AGAIN))
        return None
    try:
        return DraftHead.model_validate(record.data)
    except ValidationError as error:
        faults += faults_of(error.errors(), model=DraftHead, file=str(path), place=record.place)
    return None


def _draft(path: Path, record: Record, faults: list[Fault]) -> Draft | None:
    try:
        draft = Draft.model_validate(record.data)
    except ValidationError as error:
        faults += faults_of(error.errors(), model=Draft, file=str(path), place=record.place)
        return None
    placed = as_case(draft.case, file=path, record=record, faults=faults)
    if placed is None:
        return None
    if draft.bound and placed.case.split != "train":
        words = "is derived from the policy's own text, and this family is not in train"
        place = record.place(("family",))
        faults.append(Fault(str(path), *place, "case.family", placed.case.family, words, _AGAIN))
    return draft


def _twice(path: Path, placed: Sequence[tuple[Draft, Record]]) -> Iterator[Fault]:
    first: dict[str, int] = {}
    for draft, record in placed:
        if draft.name in first:
            words = f"this name is already used on line {first[draft.name]}"
            yield Fault(str(path), *record.place(("name",)), "case.name", draft.name, words, "rename one of the two")
        first.setdefault(draft.name, record.line)


def _strangers(path: Path, policy: Policy, placed: Sequence[tuple[Draft, Record]]) -> Iterator[Fault]:
    known = [principle.id for principle in policy.principles]
    for draft, record in placed:
        name = str(draft.case["principle"])
        if name not in known:
            words = "the policy of these drafts has no such principle"
            remedy = f"it has: {', '.join(known)}"
            yield Fault(str(path), *record.place(("principle",)), "case.principle", name, words, remedy)
