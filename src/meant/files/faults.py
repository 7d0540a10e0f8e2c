"""From pydantic's errors to faults that a person can act on: the value, the valid choices and the next step."""

import types
from collections.abc import Callable, Iterator, Sequence
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from meant.core.errors import Fault, choose_of, did_you_mean
from meant.files.positions import Loc, Place

PlaceOf = Callable[[Loc], Place]

_MAX_VALUE = 60
_WORDS = {
    "union_tag_not_found": ("says no `use`", "add `use:`, as in `use: contains`"),
    "string_pattern_mismatch": ("not a valid name", "use lower-case words joined by - or _"),
}
"""Of errors that need no more than that."""


def faults_of(errors: Sequence[ErrorDetails], *, model: type[BaseModel], file: str, place: PlaceOf) -> list[Fault]:
    """One fault for each pydantic error on `model`, in the order of their places in `file`."""
    faults = [_fault(error, model, file, place) for error in _first_causes(errors)]
    return sorted(faults, key=lambda f: (f.line, f.column))


def shown(value: Any) -> str:
    """The value as it would be written, shortened to one line."""
    text = "" if value is None or isinstance(value, dict | list) else str(value).replace("\n", " ")
    return text if len(text) <= _MAX_VALUE else text[: _MAX_VALUE - 1] + "…"


def dotted(loc: Loc) -> str:
    """`("checks", 0, "any")` as `checks[0].any`."""
    return "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in loc).lstrip(".")


def _first_causes(errors: Sequence[ErrorDetails]) -> list[ErrorDetails]:
    """Without those that a list is empty, where it only seems so since what stands in it is wrong."""
    places = [one["loc"] for one in errors]
    below = {place[:size] for place in places for size in range(len(place))}
    return [one for one in errors if one["type"] != "too_short" or one["loc"] not in below]


def _fault(error: ErrorDetails, model: type[BaseModel], file: str, place: PlaceOf) -> Fault:
    loc = error["loc"]
    problem, remedy = _words(error, model)
    value = "" if error["type"] == "missing" else shown(error["input"])
    return Fault(file, *place(loc), dotted(loc), value, problem, remedy)


def _words(error: ErrorDetails, model: type[BaseModel]) -> tuple[str, str]:
    """Problem and remedy."""
    name, ctx = str(error["loc"][-1]) if error["loc"] else "", error.get("ctx", {})
    words = _WORDS.get(error["type"], (error["msg"], f"correct `{name}`" if name else "correct it"))
    match error["type"]:
        case "missing":
            words = "is missing", f"add `{name}:`"
        case "extra_forbidden":
            known = sorted(_fields_at(model, error["loc"][:-1]))
            words = "unknown field", f"{did_you_mean(name, known)}valid here: {', '.join(known)}"
        case "literal_error":
            words = "not a valid choice", choose_of(error["input"], str(ctx["expected"]))
        case "union_tag_invalid":
            words = f"no such `use`: {ctx['tag']}", choose_of(ctx["tag"], str(ctx["expected_tags"]))
        case "string_type" if isinstance(error["input"], int | float):
            words = "a number where a text is meant", f'put it in quotes: `{name}: "{error["input"]}"`'
        case "dict_type" | "model_type":
            first = "write" if name.isdigit() else f"write `{name}:`, and below it"
            words = "not a mapping", f"{first} lines of `name: value`"
        case "tuple_type" | "list_type":
            words = "not a list", f"write `{name}:`, and below it a line that begins with `-` for each"
        case "string_too_short" | "too_short":
            words = "is empty", f"write something, or leave `{name}` out if it is optional"
        case "meant":
            words = str(ctx["problem"]), str(ctx["remedy"])
    return words


def _fields_at(model: type[BaseModel], loc: Loc) -> set[str]:
    """Names of the fields valid at `loc` of `model`; list indices are skipped and union tags pick a member."""
    here: list[type[BaseModel]] = [model]
    for part in loc:
        if isinstance(part, int):
            continue
        stepped = [m for h in here if part in h.model_fields for m in _models(h.model_fields[part].annotation)]
        tagged = [h for h in here if part in _tags(h)]
        here = stepped or tagged or here
    return {name for h in here for name in h.model_fields}


def _tags(model: type[BaseModel]) -> tuple[Any, ...]:
    use = model.model_fields.get("use")
    return get_args(use.annotation) if use and get_origin(use.annotation) is Literal else ()


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_origin(annotation) in (Annotated, Union, types.UnionType, tuple, list, dict):
        for inner in get_args(annotation):
            yield from _models(inner)
