"""The tools of a suite: `tools.yaml` says once what many cases offer, and a case names it.

A tool of a case is the name of a defined one, or an object whose fields stand in the place of those defined under its
name, mostly its `results`. What comes out is whole, so that a case's id does not depend on how its files are cut.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from pydantic import Field, ValidationError

from meant.core.errors import Fault, FileFaults, did_you_mean
from meant.core.tool import Returned, Tool
from meant.files.faults import faults_of, shown
from meant.files.jsonl import Record
from meant.files.positions import Loc, Place, Positioned, read_yaml

TOOLS = "tools.yaml"


class Defined(Tool):
    """A tool of `tools.yaml`; its key there is its name."""

    results: Annotated[tuple[Returned, ...], Field(min_length=1)] | None = None
    """What it returns in cases that do not say so themselves; None: each case has to."""


class Toolbox(NamedTuple):
    """The tools that the cases of a suite may name."""

    defined: Mapping[str, Mapping[str, Any]]
    faulty: frozenset[str] = frozenset()
    """Names whose definition has a fault. It has been told, and is not told again for each case."""
    readable: bool = True
    """Whether the file could be read at all; if not, that has been told as well."""

    def filled(self, record: Record, file: Path, faults: list[Fault]) -> Any:
        """The record's `tools`, whole; one that cannot be known is left out, so that the rest of the case is checked.

        A name that is not defined goes to `faults`. What is no list at all is left to the case's own check.
        """
        tools = record.data["tools"]
        if not isinstance(tools, list):
            return tools
        if not self.readable:
            return []
        told = [tool for tool in tools if _name(tool) not in self.faulty]
        faults += [self._unknown(t, record, file) for t in told if isinstance(t, str) and t not in self.defined]
        return [self._whole(tool) for tool in told if not isinstance(tool, str) or tool in self.defined]

    def _whole(self, tool: Any) -> Any:
        own = {"name": tool} if isinstance(tool, str) else tool
        return {**self.defined.get(_name(tool), {}), **own} if isinstance(own, dict) else own

    def _unknown(self, name: str, record: Record, file: Path) -> Fault:
        known = ", ".join(self.defined) or "none"
        remedy = f"{did_you_mean(name, self.defined)}{TOOLS} defines: {known}"
        return Fault(str(file), *record.place((name,)), "tools", shown(name), "no such tool", remedy)


def _name(tool: Any) -> str:
    return str(tool.get("name")) if isinstance(tool, dict) else str(tool)


NO_TOOLS = Toolbox({})


def read_toolbox(folder: Path, faults: list[Fault]) -> Toolbox:
    """What the suite's folder defines, nothing where there is no such file; what is wrong goes to `faults`."""
    path = folder / TOOLS
    if not path.exists():
        return NO_TOOLS
    try:
        source = read_yaml(path)
    except FileFaults as error:
        faults += error.faults
        return Toolbox({}, readable=False)
    good = {name: data for name, data in source.data.items() if _sound(name, data, source, faults)}
    return Toolbox(good, frozenset(source.data) - good.keys())


def _sound(name: str, data: Any, source: Positioned, faults: list[Fault]) -> bool:
    try:
        Defined.model_validate({**data, "name": name} if isinstance(data, dict) else data)
    except ValidationError as error:
        place = partial(_place_under, source, name)
        found = faults_of(error.errors(), model=Defined, file=str(source.path), place=place)
        faults += [replace(fault, where=f"{name}.{fault.where}".rstrip(".")) for fault in found]
        return False
    return True


def _place_under(source: Positioned, name: str, loc: Loc) -> Place:
    return source.place((name, *loc))
