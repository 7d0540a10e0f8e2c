"""Predicates on the arguments of a call: rules, simulated results and the check `called` all read them here.

An argument that is missing, or null, has no value: it equals nothing, so `not_equals` and `present: false` hold of it
and nothing else does. A value of another kind than the operator speaks of (a text where a number is compared, a list
anywhere) gives no answer, so that whoever asks can be careful: `"20000"` is not above 10000, and not at most 10000.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Literal

import re2
from pydantic import JsonValue

from meant.core.policy import OPERATORS, Predicate, Scalar

Arguments = Mapping[str, JsonValue]
Kind = Literal["truth value", "number", "text", "neither"]
_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "less_than": operator.lt,
    "at_most": operator.le,
    "greater_than": operator.gt,
    "at_least": operator.ge,
}


def answer(predicate: Predicate, arguments: Arguments) -> bool | None:
    """Whether it holds; None where the argument's value is of a kind that it cannot be asked of."""
    name, wanted = next((name, value) for name in OPERATORS if (value := getattr(predicate, name)) is not None)
    value = arguments.get(predicate.argument)
    if name == "present":
        return (value is not None) is wanted
    if value is None:
        return name == "not_equals"
    match name:
        case "equals":
            return _equals(value, wanted)
        case "not_equals":
            same = _equals(value, wanted)
            return None if same is None else not same
        case "one_of":
            return _one_of(value, wanted)
        case "matches":
            return _compiled(wanted).search(value) is not None if isinstance(value, str) else None
    return _COMPARE[name](value, wanted) if _kind(value) == "number" else None


def all_hold(predicates: Sequence[Predicate], arguments: Arguments) -> bool:
    """Whether every one holds for certain."""
    return all(answer(predicate, arguments) is True for predicate in predicates)


def none_fails(predicates: Sequence[Predicate], arguments: Arguments) -> bool:
    """Whether every one holds or cannot be answered."""
    return all(answer(predicate, arguments) is not False for predicate in predicates)


def _equals(value: JsonValue, wanted: Scalar) -> bool | None:
    """In Python True is 1 and 1 is 1.0; here only the second."""
    return value == wanted if _kind(value) == _kind(wanted) else None


def _one_of(value: JsonValue, wanted: Sequence[Scalar]) -> bool | None:
    alike = [one for one in wanted if _kind(one) == _kind(value)]
    return value in alike if alike else None


def _kind(value: object) -> Kind:
    match value:
        case bool():
            return "truth value"
        case int() | float():
            return "number"
        case str():
            return "text"
    return "neither"


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> Any:
    return re2.compile(pattern)
