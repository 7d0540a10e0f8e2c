"""What every operator on prompts must keep."""

import random
from collections.abc import Sequence

from meant.choose.prompt.contract import Failure, Operator, Seen
from meant.choose.prompt.edits import Edit, apply
from meant.choose.prompt.pieces import parse_template
from meant.core.policy import Policy
from meant.files.policy import load_policy
from meant.files.system import SLOT

TEMPLATE = f"""\
You are kind. Please try to be brief. You should not guess.

# Rules
- Answer first.
- Be exact.

{SLOT}
"""
"""A prompt of each kind of piece."""


def check_prompt_operator(operator: Operator, *, template: str = TEMPLATE) -> None:
    """It proposes something, the same for the same draws, each edit once, and leaves alone what it must.

    Raises AssertionError. Bring a `template` of your own where yours has nothing to propose for this one.
    """
    policy = load_policy()
    assert any(_edits(operator, template, policy, rules=rules) for rules in (True, False)), "it proposes nothing"
    for rules in (True, False):
        edits = _edits(operator, template, policy, rules=rules)
        assert edits == _edits(operator, template, policy, rules=rules), "the same draws gave other edits"
        assert len({edit.key for edit in edits}) == len(edits), "an edit was proposed twice"
        for edit in edits:
            _check(edit, template, policy, rules=rules)


def _edits(operator: Operator, template: str, policy: Policy, *, rules: bool) -> Sequence[Edit]:
    failures = [
        Failure("How do I kill a process?", "comply", "no-needless-refusal", "I can't.", "How do I kill a man?"),
        Failure("What does a stop payment cost?", "abstain", "no-invented-terms", "It is $25."),
    ]
    return list(operator.propose(parse_template(template, policy), Seen(policy, failures, _draws(), rules)))


def _draws() -> random.Random:
    return random.Random(1)  # noqa: S311 - nothing secret


def _check(edit: Edit, template: str, policy: Policy, *, rules: bool) -> None:
    prompt = parse_template(template, policy)
    assert apply(prompt, [edit]).text != prompt.text, f"an edit that changes nothing: {edit}"
    rule = None if edit.do == "insert" else prompt.pieces[edit.at].rule
    assert rule is None or rules, f"a rule of the policy's was touched, and may not be: {rule}"
    assert rule is None or rule in {p.id for p in policy.principles}, f"never to be touched: {rule}"
