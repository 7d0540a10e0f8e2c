"""Suite folders: `suite.yaml` (the card), `cases.jsonl` (the canary first, then one case a line), maybe `tools.yaml`.

All faults of card and cases come in one list, near-duplicates across the wall among them (`placed.py`).
"""

from collections.abc import Iterator, Sequence
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from meant.core.case import Case
from meant.core.casebook import Casebook
from meant.core.errors import Fault, FileFaults
from meant.core.suite import Card, Suite
from meant.files.faults import faults_of, shown
from meant.files.generating import generated
from meant.files.jsonl import Record, read_jsonl
from meant.files.placed import Placed, across_the_wall, bad_regexes, named_twice
from meant.files.positions import Positioned, read_yaml, whole_file
from meant.files.toolbox import NO_TOOLS, Toolbox, read_toolbox

CARD, CASES = "suite.yaml", "cases.jsonl"


def builtin_suites() -> list[str]:
    """Names of the suites that come with the package."""
    folder = files("meant") / "data" / "suites"
    return sorted(f.name for f in folder.iterdir() if (f / CARD).is_file())


def load_suite(path: str | Path) -> Suite:
    """The suite in a folder, or a built-in one by name. Raises FileFaults with everything that is wrong."""
    return load_suites([path])[0]


def load_card(name: str) -> Card:
    """The card of a built-in suite, without its cases. Raises FileFaults."""
    faults: list[Fault] = []
    with as_file(files("meant") / "data" / "suites" / name / CARD) as path:
        card, _ = _card(path, faults)
    if card is None:
        raise FileFaults(faults)
    return card


def load_suites(paths: Sequence[str | Path]) -> list[Suite]:
    """Suites that are used together: no near-duplicates may stand across the wall between any two of them."""
    faults: list[Fault] = []
    suites, placed = list[Suite](), list[Placed]()
    for path in paths:
        card, cases = read_cases(path, faults)
        placed += cases
        if card is not None:
            suites.append(Suite(card, Casebook.of(p.case for p in cases)))
    faults += [*_names_twice(suites, paths), *across_the_wall(placed)]
    if faults:
        raise FileFaults(sorted(faults, key=lambda f: (f.file, f.line, f.column)))
    return suites


def read_cases(path: str | Path, faults: list[Fault]) -> tuple[Card | None, list[Placed]]:
    """One suite's card and placed cases; what is wrong with them goes to `faults`."""
    if isinstance(path, str) and path in builtin_suites():
        with as_file(files("meant") / "data" / "suites" / path) as found:
            return read_cases(found, faults)
    folder = Path(path)
    if not folder.is_dir():
        known = ", ".join(builtin_suites())
        faults.append(whole_file(folder, "no such suite folder", f"check the path; built in are: {known}"))
        return None, []
    card, source = _card(folder / CARD, faults)
    made = _generated(card, source, faults) if card and source else ()
    placed = [
        *_cases(
            folder / CASES, card, read_toolbox(folder, faults), faults, alone=not (source and "generate" in source.data)
        ),
        *made,
    ]
    faults += [*named_twice(placed), *bad_regexes(placed)]
    return card, placed


def _names_twice(suites: Sequence[Suite], paths: Sequence[str | Path]) -> Iterator[Fault]:
    names = [suite.card.name for suite in suites]
    for name, path in zip(names, paths, strict=False):
        if names.count(name) > 1:
            yield whole_file(Path(path) / CARD, f"two suites are called {name!r}", "rename one")


def _card(path: Path, faults: list[Fault]) -> tuple[Card | None, Positioned | None]:
    """The card and its file, as far as each can be read."""
    try:
        source = read_yaml(path)
    except FileFaults as error:
        faults += error.faults
        return None, None
    try:
        return Card.model_validate(source.data), source
    except ValidationError as error:
        faults += faults_of(error.errors(), model=Card, file=str(path), place=source.place)
        return None, source


def _generated(card: Card, source: Positioned, faults: list[Fault]) -> Iterator[Placed]:
    for generator, record in generated(card, source, faults):
        if made := parse_case(record, suite=card.name, file=source.path, faults=faults):
            yield made._replace(generator=generator)


def _cases(path: Path, card: Card | None, toolbox: Toolbox, faults: list[Fault], *, alone: bool) -> list[Placed]:
    """Those of the file; where they do not stand `alone`, beside generated ones, there need be none."""
    if not (alone or path.exists()):
        return []
    try:
        records = list(read_jsonl(path, faults))
    except FileFaults as error:
        faults += error.faults
        return []
    first = records[0].data if records else {}
    if set(first) != {"canary"}:
        remedy = "copy the card's canary into it, as the object's only field `canary`"
        faults.append(Fault(str(path), 1, 1, "", "", "the first line holds no canary", remedy))
    elif card and first["canary"] != card.canary:
        faults.append(Fault(str(path), 1, 1, "canary", "", "not the canary of the card", f"copy it from {CARD}"))
    cases = [r for r in records if "canary" not in r.data]
    if alone and not cases:
        faults.append(whole_file(path, "holds no case", "add one JSON object a line"))
    suite = card.name if card else "unnamed"
    parsed = (parse_case(r, suite=suite, file=path, faults=faults, toolbox=toolbox) for r in cases)
    return [p for p in parsed if p is not None]


def parse_case(
    record: Record, *, suite: str, file: Path, faults: list[Fault], toolbox: Toolbox = NO_TOOLS
) -> Placed | None:
    """The case of one line; what is wrong with it goes to `faults`. `prompt` is short for one user turn."""
    data: dict[str, Any] = {**record.data, "suite": suite}
    if "tools" in data:
        data["tools"] = toolbox.filled(record, file, faults)
    if "suite" in record.data:
        place, value = record.place(("suite",)), shown(record.data["suite"])
        faults.append(Fault(str(file), *place, "suite", value, "unknown field", "remove it: the card names the suite"))
    if "prompt" in data and "turns" not in data:
        data["turns"] = [{"role": "user", "text": data.pop("prompt")}]
    elif "prompt" not in data and "turns" not in data:
        data["turns"] = ()
    try:
        return Placed(Case.model_validate(data), record, file)
    except ValidationError as error:
        faults += faults_of(error.errors(), model=Case, file=str(file), place=record.place)
    return None
