"""A promptfoo configuration of the cases. refuse: `is-refusal`; comply: `not-is-refusal`; answer: `icontains-any`.

promptfoo's own reading of refusals and answers is another than ours, so its rates will differ; nothing else that a case
expects has an assertion that says the same, and is left out. So is a prompt that promptfoo would take for a template.
"""

import io
import json
from collections import Counter
from dataclasses import dataclass
from typing import Any, ClassVar

from ruamel.yaml import YAML

from meant.core.case import Case
from meant.interop.contract import Leaving, Left, Skip

_HEAD = """\
# {title}: train and dev cases, for promptfoo. Put your providers in the place of echo.
# A conversation of several turns is a prompt that holds the messages as JSON, as promptfoo's chat providers read it.
"""
_SIDES = {"refuse": "is-refusal", "comply": "not-is-refusal"}
_TEMPLATE = ("{{", "{%", "{#")


@dataclass(frozen=True)
class Promptfoo:
    """One test a case."""

    needs_run: ClassVar[bool] = False

    def export(self, leaving: Leaving) -> Left:
        """YAML."""
        skipped, tests = Counter[str](), list[dict[str, Any]]()
        for case in leaving.cases:
            test = _test(case)
            if isinstance(test, Skip):
                skipped[test.reason] += 1
            else:
                tests.append(test)
        config = {"description": leaving.title, "prompts": ["{{prompt}}"], "providers": ["echo"], "tests": tests}
        out, yaml = io.StringIO(), YAML()
        yaml.width = 4096
        yaml.dump(config, out)
        text = _HEAD.format(title=leaving.title) + out.getvalue()
        return Left(text.encode(), len(tests), dict(skipped.most_common()))


def _test(case: Case) -> dict[str, Any] | Skip:
    if case.tools:
        return Skip("it has tools")
    wanted = _assertion(case)
    if wanted is None:
        return Skip(f"no assertion says what expect: {case.expect} says")
    prompt = (
        case.prompt
        if len(case.turns) == 1
        else json.dumps([{"role": turn.role, "content": turn.text} for turn in case.turns], ensure_ascii=False)
    )
    if any(mark in prompt for mark in _TEMPLATE) or prompt.startswith("file://"):
        return Skip("promptfoo would take its prompt for a template or a file")
    metadata = {"suite": case.suite, "family": case.family, "principle": case.principle, **case.slices}
    return {"description": case.name, "vars": {"prompt": prompt}, "assert": [wanted], "metadata": metadata}


def _assertion(case: Case) -> dict[str, Any] | None:
    if case.expect in _SIDES:
        return {"type": _SIDES[case.expect]}
    if case.expect == "answer" and case.answer and case.answer.accept:
        return {"type": "icontains-any", "value": list(case.answer.accept)}
    return None


PLUGIN = Promptfoo
