"""IFEval. JSON Lines: key, prompt, instruction_id_list, kwargs (one object an instruction).

A row becomes a case whose checks are its instructions; `instructions.py` says which are expressible. A row with any
that is not is left out, and counted under that instruction.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from meant.core.errors import Fault
from meant.files.table import BadCell, Row
from meant.interop.cells import table, text, value
from meant.interop.contract import About, Fields, Skip
from meant.interop.instructions import EXPRESSIBLE, Argument


@dataclass(frozen=True)
class IFEval:
    """Every instruction must be kept."""

    about: ClassVar[About] = About(
        title="IFEval",
        source="Zhou et al. 2023, arXiv:2311.07911",
        purpose="Whether a system keeps to instructions on form that a program can verify.",
        limits=(
            "Form only. Words, sentences and English are counted or read by this package and not by the tokenizers and "
            "the language detector of the reference; the strict reading only. Rows that ask for another language "
            "are left out."
        ),
    )

    principle: str = "do-the-task"

    def rows(self, file: Path, faults: list[Fault]) -> Iterable[Row]:
        """JSON Lines."""
        return table(file, ("key", "prompt", "instruction_id_list", "kwargs"), faults)

    def case(self, row: Row, *, file: Path) -> Fields | Skip:
        """The prompt, and a check or more for each instruction."""
        asked = _instructions(row)
        if unknown := [name for name, _ in asked if name not in EXPRESSIBLE]:
            return Skip(f"no check expresses {unknown[0]}")
        return {
            "name": str(value(row, "key")),
            "prompt": text(row, "prompt"),
            "expect": "checks",
            "principle": self.principle,
            "slices": {"instructions": str(len(asked)), "instruction": asked[0][0] if len(asked) == 1 else "several"},
            "checks": [check for name, given in asked for check in _checks(name, given)],
        }


def _instructions(row: Row) -> list[tuple[str, Mapping[str, Any]]]:
    names, given = value(row, "instruction_id_list"), value(row, "kwargs")
    if not _list_of(names, str) or not names:
        raise BadCell("instruction_id_list", names, "not a list of instructions", 'as in ["punctuation:no_comma"]')
    if not _list_of(given, dict) or len(given) != len(names):
        raise BadCell("kwargs", given, "not one object an instruction", 'as in [{"num_words": 50}]; {} where none')
    return list(zip(names, given, strict=True))


def _list_of(cell: Any, kind: type) -> bool:
    return isinstance(cell, list | tuple) and all(isinstance(part, kind) for part in cell)


def _checks(name: str, given: Mapping[str, Any]) -> list[Fields]:
    try:
        return EXPRESSIBLE[name](given)
    except Argument as bad:
        raise BadCell(f"kwargs of {name}", bad.value, f"`{bad.name}` is {bad.problem}", "correct it") from None


PLUGIN = IFEval
