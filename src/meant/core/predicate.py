"""A Predicate: a condition on one argument of a tool call. How it is asked: `systems/tools/predicates.py`."""

from typing import Annotated

from pydantic import Field, model_validator

from meant.core.base import Text, Value, wrong

Scalar = bool | int | float | str


class Predicate(Value):
    """A condition on one argument of a tool call. Exactly one operator."""

    argument: Text
    equals: Scalar | None = None
    not_equals: Scalar | None = None
    one_of: Annotated[tuple[Scalar, ...], Field(min_length=1)] | None = None
    less_than: float | None = None
    at_most: float | None = None
    greater_than: float | None = None
    at_least: float | None = None
    matches: str | None = None
    """RE2, found somewhere in the argument."""
    present: bool | None = None

    @model_validator(mode="after")
    def _one_operator(self) -> "Predicate":
        given = [name for name in OPERATORS if getattr(self, name) is not None]
        if len(given) != 1:
            raise wrong(f"{len(given)} operators", f"give exactly one of {', '.join(OPERATORS)}")
        return self


OPERATORS = tuple(name for name in Predicate.model_fields if name != "argument")
