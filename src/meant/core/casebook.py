"""A Casebook: cases behind the wall. Reading names a purpose; there is no way to read "all".

`for_training` may be optimised on, `for_tuning` may choose between candidates, `for_gate` decides, and each look
at it is written down, because a gate that is looked at often wears out.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from meant.core.case import Case, Expect, Origin, Part, Split, kept_back
from meant.core.side import Side, side_of


class Outline(NamedTuple):
    """Where a case stands, and not what it says: what may be told of a gate case so that cases can be counted."""

    suite: str
    principle: str
    side: Side
    split: Split
    family: str
    origin: Origin
    slices: Mapping[str, str]
    expect: Expect
    dimension: str | None


@dataclass(frozen=True)
class Casebook:
    """Cases of one or more suites, read by purpose."""

    _cases: tuple[Case, ...]

    @classmethod
    def of(cls, cases: Iterable[Case]) -> "Casebook":
        """Cases in file order."""
        return cls(tuple(cases))

    def __add__(self, other: "Casebook") -> "Casebook":
        return Casebook(self._cases + other._cases)

    def for_training(self) -> list[Case]:
        """What may be optimised on: the train split."""
        return self._of("train")

    def for_tuning(self) -> list[Case]:
        """What may choose between candidates: the dev split."""
        return self._of("dev")

    def for_measuring(self) -> list[Case]:
        """What an evaluation in the lab reads: train and dev, in file order. Never gate."""
        return [c for c in self._cases if c.split != "gate"]

    def for_gate(
        self, log_look: Callable[[Sequence[Case]], None], *, part: Part = "standing", reserve: float = 0.0
    ) -> list[Case]:
        """The gate split, after `log_look` has recorded that it is looked at.

        `reserve` is the share of its families (0..1) that is kept back; `part` says which of the two parts to read.
        """
        cases = [c for c in self._of("gate") if kept_back(c.family, reserve) == (part == "reserve")]
        log_look(cases)
        return cases

    def counts(self) -> dict[Split, int]:
        """How many cases are on each side; a count gives nothing away."""
        return {split: len(self._of(split)) for split in ("train", "dev", "gate")}

    def outlines(self) -> list[Outline]:
        """Every case's place, on all sides of the wall, in file order."""
        return [
            Outline(
                *(c.suite, c.principle, side_of(c.expect, c.slices), c.split, c.family),
                *(c.origin, c.slices, c.expect, c.dimension),
            )
            for c in self._cases
        ]

    def count(self, principle: str) -> int:
        """How many cases name a principle, on all sides of the wall."""
        return sum(case.principle == principle for case in self._cases)

    def principles(self) -> Iterator[tuple[str, str]]:
        """Each pair of suite and principle that some case names, once."""
        yield from dict.fromkeys((c.suite, c.principle) for c in self._cases)

    def _of(self, split: Split) -> list[Case]:
        return [c for c in self._cases if c.split == split]
