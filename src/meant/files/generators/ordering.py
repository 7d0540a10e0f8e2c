"""Putting items in order: a list turned round or shifted, numbers by size, words by the alphabet."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from meant.files.contract import Problem, is_list, word_list
from meant.files.draw import Draw

Task = Literal["reverse", "rotate", "alphabet", "size"]
_ASK: Mapping[Task, str] = {
    "reverse": "Reverse the order: {}",
    "rotate": "Move the first word to the end: {}",
    "alphabet": "Put in alphabetical order: {}",
    "size": "Sort from the smallest to the largest: {}",
}
_DO: Mapping[Task, Callable[[Sequence[str]], Sequence[str]]] = {
    "reverse": lambda items: items[::-1],
    "rotate": lambda items: [*items[1:], items[0]],
    "alphabet": sorted,
    "size": lambda items: sorted(items, key=int),
}
_DIGITS = tuple(map(str, range(1, 100)))


@dataclass(frozen=True)
class Ordering:
    """How hard it is, is the task and how many items there are."""

    task: Task = "reverse"
    length: Annotated[int, Field(ge=2, le=20)] = 3

    def problem(self, draw: Draw) -> Problem:
        """One list of different items, which are not yet in the order that is asked for."""
        items = draw.some(_DIGITS if self.task == "size" else word_list("nouns"), self.length)
        answer = _DO[self.task](items)
        if list(answer) == items:
            answer = _DO[self.task](items := items[::-1])
        ask = _ASK[self.task].format(", ".join(items))
        return Problem(f"{self.task}-{'-'.join(items)}", ask, ", ".join(answer), is_list(answer))


PLUGIN = Ordering
