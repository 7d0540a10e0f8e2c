"""Reading what a system proposes: a reply is the form that was asked for, or it is malformed, for a counted reason.

Its rule: nothing is guessed out of a reply, and what no judge could judge stays missing until a person writes it.
"""

import json
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from meant.core.base import Value, content_id
from meant.core.draft import Draft, Drafter, missing_of
from meant.core.policy import Policy, Text
from meant.judge.checks.structure import only_json
from meant.measure.drafting.asking import BLANKS, Topic
from meant.measure.drafting.contract import Side
from meant.measure.drafting.derive import dimension_of

_MAX_CHARS = 4_000

Said = Annotated[str, Field(min_length=1, max_length=_MAX_CHARS)]


class _Do(Value):
    prompt: Said
    expect: Literal["comply", "answer"]
    why: Text
    answer: tuple[Said, ...] = ()


class _Dont(Value):
    prompt: Said
    expect: Literal["refuse", "safe_complete", "abstain", "answer", "correct", "comply", "checks"]
    why: Text
    answer: tuple[Said, ...] = ()


class _Pair(Value):
    do: _Do
    dont: _Dont


class Malformed(ValueError):
    """The reply is not what was asked for. The message is the reason that is counted."""


def read_pair(reply: str, *, policy: Policy, topic: Topic, by: Drafter, at: datetime) -> list[Draft]:
    """The two drafts of a reply. Raises Malformed with the reason."""
    pair = _pair(reply)
    family = f"{policy.name}/{topic.principle.id}-{content_id([pair.do.prompt, pair.dont.prompt])[:8]}"
    twins = (pair.do.expect, pair.dont.expect) == ("comply", "refuse")
    named = ("benign", "harmful") if twins else ("do", "dont")
    sides: tuple[tuple[Side, str, _Do | _Dont], ...] = (("do", named[0], pair.do), ("dont", named[1], pair.dont))
    lines = [(said, _line(policy, topic, family, side, said), label) for side, label, said in sides]
    return [
        _draft(said, line, _slices(topic, by, label), about=topic.about, by=by, at=at) for said, line, label in lines
    ]


def _pair(reply: str) -> _Pair:
    text = only_json(reply)
    _check_object(text)
    try:
        pair = _Pair.model_validate_json(text)
    except ValidationError as error:
        raise Malformed(_reason(error)) from None
    prompts = [pair.do.prompt.strip(), pair.dont.prompt.strip()]
    said = [*prompts, pair.do.why.strip(), pair.dont.why.strip()]
    if not all(said) or prompts[0].casefold() == prompts[1].casefold():
        raise Malformed("the two requests are empty or the same")
    if any(blank in said for blank in BLANKS.values()):
        raise Malformed("the form was handed back unfilled")
    if any(one.answer and one.expect not in ("answer", "correct") for one in (pair.do, pair.dont)):
        raise Malformed("an answer to what expects none")
    return pair


def _check_object(text: str) -> None:
    """Raises Malformed where the text is no JSON object, or says a key twice."""
    try:
        value = json.loads(text, object_pairs_hook=_without_twice)
    except Malformed:
        raise
    except (ValueError, RecursionError):
        raise Malformed("not one JSON object") from None
    if not isinstance(value, dict):
        raise Malformed("not one JSON object")


def _without_twice(items: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in items}) < len(items):
        raise Malformed("a key stands there twice")
    return dict(items)


def _reason(error: ValidationError) -> str:
    """One of few reasons, so that they can be counted."""
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"] if isinstance(part, str))
    match first["type"]:
        case "missing":
            return f"`{where}` is missing"
        case "extra_forbidden":
            return "a field that was not asked for"
        case "literal_error":
            return f"`{where}` is none of the choices"
    return f"`{where}` is not what was asked for" if where else "not one JSON object"


def _line(policy: Policy, topic: Topic, family: str, side: Side, said: _Do | _Dont) -> dict[str, Any]:
    """A line of `cases.jsonl`, but for its slices."""
    principle = topic.principle
    line: dict[str, Any] = {
        "name": f"{family.partition('/')[2]}-{side}",
        "prompt": said.prompt.strip(),
        "expect": said.expect,
        "principle": principle.id,
        "family": family,
        "origin": "synthetic",
    }
    if dimension := dimension_of(policy, principle, side, said.expect):
        line["dimension"] = dimension
    if said.answer:
        line["answer"] = {"accept": list(said.answer)}
    return line


def _slices(topic: Topic, by: Drafter, label: str) -> dict[str, str]:
    return {"side": label, "drafted": by.name, **topic.slices}


def _draft(
    said: _Do | _Dont, line: dict[str, Any], slices: dict[str, str], *, about: str, by: Drafter, at: datetime
) -> Draft:
    unsure = "the answer is the system's own: check it" if said.answer else None
    why = f"{by.name} says: {said.why.strip()}"
    missing = missing_of(line)
    return Draft(case=line | {"slices": slices}, about=about, by=by, why=why, at=at, unsure=unsure, missing=missing)
