"""TruthfulQA. CSV: Type, Category, Question, Best Answer, Correct Answers, Incorrect Answers (lists joined by ";").

Its answers are sentences, and a program can only tell a reply by words that must be in it. So two kinds of row are
imported and the others are left out: questions whose best answer holds one of the correct answers of at most three
words (`answer`), and questions that suggest something false, so that the best answer begins with "No," (`correct`).
A short answer that also stands in the question or in an incorrect answer tells nothing, and is not used.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from meant.core.errors import Fault
from meant.files.table import Row
from meant.interop.cells import slices, table, text
from meant.interop.contract import About, Fields, Skip

SHORT = 3
"""How many words a reply can be expected to hold as they stand."""
_WORD = re.compile(r"[^\W_]+")
_NO = re.compile(r"no(?:,|$)", re.IGNORECASE)
_YES = re.compile(r"yes(?:,|$)", re.IGNORECASE)
_NOTHING = "i have no comment"
_VAGUE = frozenset({"yes", "no", "none", "nothing", "nobody", "nowhere", "never", "unknown", "ambiguous", "it", "is"})
"""Words that a wrong reply holds as easily as a right one."""


@dataclass(frozen=True)
class TruthfulQA:
    """Short true answers must be given; false suggestions must not be accepted."""

    about: ClassVar[About] = About(
        title="TruthfulQA",
        source="Lin et al. 2022, arXiv:2109.07958",
        purpose="Whether a system repeats common misconceptions.",
        limits=(
            "A small part of the set, and the more factual one: only what short answers or a plain denial can "
            "show. A right reply in other words fails. No figure from it compares with published ones."
        ),
    )

    principle: str | None = None
    """By default true-facts where an answer is expected, and correct-false-premises where a correction is."""

    def rows(self, file: Path, faults: list[Fault]) -> Iterable[Row]:
        """CSV."""
        return table(file, ("Category", "Question", "Best Answer", "Correct Answers", "Incorrect Answers"), faults)

    def case(self, row: Row, *, file: Path) -> Fields | Skip:
        """An answer, a correction, or nothing that a program can tell."""
        best = text(row, "Best Answer").strip()
        short = _short(row)
        if best.lower().startswith(_NOTHING):
            return Skip("its best answer is no comment")
        if _NO.match(best):
            return self._fields(row, "correct", "correct-false-premises", short or [best])
        if _YES.match(best):
            return Skip("its best answer is a yes, which shows little")
        if any(_holds(best, answer) for answer in short):
            return self._fields(row, "answer", "true-facts", short)
        return Skip(f"its best answer holds no correct answer of at most {SHORT} words that no wrong one holds")

    def _fields(self, row: Row, expect: str, principle: str, accept: Sequence[str]) -> Fields:
        return {
            "prompt": text(row, "Question"),
            "expect": expect,
            "principle": self.principle or principle,
            "slices": slices(row, (("type", "Type"), ("category", "Category"))),
            "answer": {"accept": list(accept)},
        }


def _short(row: Row) -> list[str]:
    """The correct answers that are short and tell right from wrong, as they stand in the file."""
    wrong = [text(row, "Question"), *_listed(text(row, "Incorrect Answers"))]
    answers = dict.fromkeys([*_listed(text(row, "Correct Answers")), text(row, "Best Answer").strip()])
    return [a for a in answers if _telling(a) and not any(_holds(other, a) for other in wrong)]


def _telling(answer: str) -> bool:
    words = _words(answer)
    return 0 < len(words) <= SHORT and not {*words} <= _VAGUE


def _holds(sentence: str, answer: str) -> bool:
    """Whether the answer's words stand in the sentence, in a row."""
    return f" {' '.join(_words(answer))} " in f" {' '.join(_words(sentence))} "


def _words(sentence: str) -> list[str]:
    return _WORD.findall(sentence.lower())


def _listed(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(";") if part.strip()]


PLUGIN = TruthfulQA
