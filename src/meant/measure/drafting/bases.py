"""From a policy to what operators work on: each example with its expectation, and each tool rule."""

from collections.abc import Sequence
from itertools import zip_longest

from meant.core.policy import Do, Dont, Policy, Principle, ToolRule
from meant.measure.drafting.contract import Answered, Basis, Example, Expected, Rule
from meant.measure.drafting.expectation import Judges, expected_of_do, expected_of_dont
from meant.measure.drafting.labels import numbered


async def bases_of(policy: Policy, principles: Sequence[str], judges: Judges) -> list[Basis]:
    """Of these principles: the examples, the two sides of each number in turn, then the tool rules, in file order."""
    found: list[Basis] = []
    for principle in policy.principles:
        if principle.id in principles:
            found += await _examples(principle, judges)
    rules = [(rule, number) for rule, number in numbered(policy.tools) if rule.principle in principles]
    return [*found, *(_rule(policy, rule, number) for rule, number in rules)]


async def _examples(principle: Principle, judges: Judges) -> list[Example]:
    found: list[Example] = []
    for number, (do, dont) in enumerate(zip_longest(principle.do, principle.dont), start=1):
        if do is not None:
            expected = await expected_of_do(principle, do, judges)
            other = _of_dont(dont or principle.dont[-1])
            found.append(Example(principle, "do", number, *_of_do(do), expected, other))
        if dont is not None:
            expected = await expected_of_dont(principle, dont, judges)
            other = _of_do(do or principle.do[-1])
            found.append(Example(principle, "dont", number, *_of_dont(dont), expected, other))
    return found


def _of_do(example: Do) -> Answered:
    return Answered(example.prompt, example.reply)


def _of_dont(example: Dont) -> Answered:
    return Answered(example.prompt, example.instead)


def _rule(policy: Policy, rule: ToolRule, number: int) -> Rule:
    match rule.rule:
        case "allow":
            expected = Expected("comply", f"the rule allows the call: {rule.because}")
        case "deny":
            expected = Expected("refuse", f"the rule denies the call, so the request cannot be met: {rule.because}")
        case "ask":
            expected = Expected("checks", f"a person decides, and the user is told so: {rule.because}")
    return Rule(policy, rule, number, "do" if rule.rule == "allow" else "dont", expected)
