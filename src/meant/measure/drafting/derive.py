"""Drafts that need no model: operators on a policy's own examples and tool rules.

Its rule: all of it is bound to train. The same policy, seed and operators give the same drafts.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from meant.core.draft import Draft, Drafter, missing_of
from meant.core.policy import Policy, Principle
from meant.measure.drafting.contract import OPERATORS, Basis, Example, Operator, Side, Variant, pick
from meant.measure.drafting.families import train_family

FIRST = "example"
"""The operator whose drafts are kept before those of the others."""


class Wanted(NamedTuple):
    """What to draft."""

    operators: Sequence[str]
    per_side: int
    """Drafts of each side of a principle at most; its tool rules are not counted."""
    seed: int


def derived(policy: Policy, bases: Sequence[Basis], wanted: Wanted, *, at: datetime) -> list[Draft]:
    """The drafts of these operators, in the order of the bases. Raises PluginError for an unknown operator."""
    built = {name: OPERATORS.build({"use": name}) for name in wanted.operators}
    found = [_Found(basis, draft) for basis in bases for draft in _drafts(policy, basis, built, wanted.seed, at)]
    return [one.draft for one in _at_most(found, wanted)]


class _Found(NamedTuple):
    basis: Basis
    draft: Draft


def _drafts(
    policy: Policy, basis: Basis, operators: Mapping[str, Operator], seed: int, at: datetime
) -> Iterator[Draft]:
    for name, operator in operators.items():
        for number, variant in enumerate(operator.derive(basis, seed=seed), start=1):
            line = case_line(policy, basis, variant, name, number)
            why = f"{basis.expected.why}. {operator.keeps} ({variant.how})"
            unsure = "; ".join(doubt for doubt in (basis.expected.unsure, variant.unsure) if doubt)
            yield Draft(
                case=line,
                about=basis.about,
                by=Drafter(kind="operator", name=name, seed=seed),
                why=why,
                at=at,
                unsure=unsure or None,
                missing=missing_of(line),
            )


def case_line(policy: Policy, basis: Basis, variant: Variant, operator: str, number: int) -> dict[str, Any]:
    """The variant as a line of `cases.jsonl`; `number` tells several of one basis apart, from 1."""
    expected = basis.expected
    stem = basis.label if not isinstance(basis, Example) else f"{basis.principle.id}-{basis.side}-{basis.number}"
    line: dict[str, Any] = {"name": f"{stem}-{operator}" + (f"-{number}" if number > 1 else "")}
    if len(variant.turns) == 1:
        line["prompt"] = variant.turns[0].text
    else:
        line["turns"] = [turn.model_dump(mode="json", exclude_defaults=True) for turn in variant.turns]
    line |= {"expect": expected.expect, "principle": basis.principle.id}
    line["family"] = train_family(f"{policy.name}/{basis.root}")
    if dimension := dimension_of(policy, basis.principle, basis.side, expected.expect):
        line["dimension"] = dimension
    line |= {"origin": "synthetic", "slices": {"side": basis.side, "drafted": operator, **variant.slices}}
    if expected.answer is not None:
        line["answer"] = expected.answer.model_dump(mode="json", exclude_defaults=True)
    if variant.tools:
        line["tools"] = [tool.model_dump(mode="json", exclude_defaults=True) for tool in variant.tools]
    return line


def dimension_of(policy: Policy, principle: Principle, side: Side, expect: str) -> str | None:
    """Where a case counts, when that is not its principle's dimension: what is not to be refused counts as helpful.

    So does all that a principle of harm permits (docs/adr/0003-refusal-side-counts.md). None where the policy has no
    such dimension.
    """
    permitted = expect == "comply" or (side == "do" and principle.dimension == "harmless")
    helpful = any(dimension.name == "helpful" for dimension in policy.dimensions)
    return "helpful" if permitted and helpful and principle.dimension != "helpful" else None


def _at_most(found: Sequence[_Found], wanted: Wanted) -> list[_Found]:
    """The examples first, then the others in an order of the seed's, until each side of a principle has enough."""
    sides: defaultdict[tuple[str, str], list[_Found]] = defaultdict(list)
    for one in found:
        if isinstance(one.basis, Example):
            sides[one.basis.principle.id, one.basis.side].append(one)
    kept = {id(one) for one in found if not isinstance(one.basis, Example)}
    for mine in sides.values():
        mine.sort(key=lambda one: (one.draft.by.name != FIRST, _shuffled(one.draft, wanted.seed)))
        kept |= {id(one) for one in mine[: wanted.per_side]}
    return [one for one in found if id(one) in kept]


def _shuffled(draft: Draft, seed: int) -> int:
    return pick(range(2**62), seed=seed, key=draft.name)
