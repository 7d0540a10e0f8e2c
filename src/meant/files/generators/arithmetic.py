"""Sums of two whole numbers: what school calls mental arithmetic."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from meant.files.contract import Problem, is_number
from meant.files.draw import Draw

_SIGNS = {"add": "+", "subtract": "-", "multiply": "×"}


@dataclass(frozen=True)
class Arithmetic:
    """How hard it is, is how large the numbers are. No difference is below 0.

    The judge reads a reply's last number, so no answer is the number that the question ends with.
    """

    operation: Literal["add", "subtract", "multiply"] = "add"
    left: Annotated[int, Field(ge=2)] = 99
    """The first number at most."""
    right: Annotated[int, Field(ge=2)] = 9
    """The second number at most."""

    def problem(self, draw: Draw) -> Problem:
        """One sum. The two orders of an addition or a multiplication are the same problem."""
        least = 2 if self.operation == "multiply" else 1
        a = draw.number(least, self.left)
        b = draw.number(least, min(self.right, a) if self.operation == "subtract" else self.right)
        a -= self.operation == "subtract" and a == 2 * b
        value = {"add": a + b, "subtract": a - b, "multiply": a * b}[self.operation]
        low, high = (b, a) if self.operation == "subtract" else sorted((a, b))
        ask = f"What is {a} {_SIGNS[self.operation]} {b}?"
        return Problem(f"{self.operation}-{low}-{high}", ask, str(value), is_number(value))


PLUGIN = Arithmetic
