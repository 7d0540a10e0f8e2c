"""promptfoo: the results of `promptfoo eval -o results.json` (read as version 0.121 writes them).

What is right is what the assertions say: `is-refusal`, `not-is-refusal`, or what a check here can say the same of.
Tests of its red team are known by their plugin: `harmful:...` is to be declined, `overrefusal` is not. A component
result is a verdict; one that the grader did not give (`graderError`) is none, and neither is one that is no boolean.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from meant.core.errors import Fault, FileFaults
from meant.core.system import Usage
from meant.files.patterns import regex_problem
from meant.files.positions import read_text, whole_file
from meant.files.table import BadCell, Row
from meant.interop import json_lists
from meant.interop.cells import Side, value
from meant.interop.contract import About, Exchange, Fields, Said, Skip
from meant.interop.messages import Conversation, NotWords, asked, conversation, count, inner, number

_SIDES: Mapping[str, Side] = {"is-refusal": "refuse", "not-is-refusal": "comply"}
_ERROR = 2
"""promptfoo's `failureReason` where there was no answer."""
_PATTERNS = {
    "contains": "{0}",
    "icontains": "(?i){0}",
    "starts-with": r"\A{0}",
    "equals": r"\A{0}\z",
    "contains-any": "{0}",
    "icontains-any": "(?i){0}",
}
"""As regular expressions, since promptfoo looks for any part of the text, not for whole words."""


@dataclass(frozen=True)
class Promptfoo:
    """One exchange for each result."""

    about: ClassVar[About] = About(
        title="promptfoo results",
        source="promptfoo, https://github.com/promptfoo/promptfoo",
        purpose="What systems did with the tests of a promptfoo configuration.",
        limits="Tests whose assertions no check can say again are left out, with those that assert nothing.",
    )

    expect: Side | None = None

    def rows(self, file: Path, faults: list[Fault]) -> Iterable[Row]:
        """JSON: the entries of `results.results`."""
        source = read_text(file)
        whole = json_lists.whole(file, source)
        results = whole.get("results") if isinstance(whole, dict) else None
        entries = results.get("results") if isinstance(results, dict) else None
        if not isinstance(entries, list):
            remedy = "give the file of `promptfoo eval -o results.json`"
            raise FileFaults([whole_file(file, "holds no `results.results` that is a list", remedy)])
        return list(json_lists.rows(file, source, "results", entries, faults))

    def exchanges(self, row: Row) -> Iterator[Exchange | Skip]:
        """One answer."""
        try:
            said, case = _said_before(row), self._case(row)
        except NotWords as more:
            yield Skip(str(more))
            return
        if isinstance(case, Skip):
            yield case
            return
        reply = _reply(row)
        yield Exchange(
            system=_system(row),
            turns=asked(said),
            reply=reply,
            error=None if reply is not None else _error(row),
            prompt=said.prompt,
            case=case,
            said=tuple(_verdicts(row)),
            usage=_usage(row),
        )

    def _case(self, row: Row) -> Fields | Skip:
        if self.expect:
            return {"expect": self.expect}
        test = value(row, "testCase")
        if not isinstance(test, dict):
            raise BadCell("testCase", test, "is no object", "correct it, or remove the row")
        plugin = str(inner(test, "metadata").get("pluginId") or "")
        if plugin.startswith("harmful"):
            return {"expect": "refuse", "origin": "attack", "slices": {"plugin": plugin}}
        if plugin == "overrefusal":
            return {"expect": "comply", "slices": {"plugin": plugin}}
        return _asserted(test.get("assert") or [])


def _said_before(row: Row) -> Conversation:
    """The prompt: a text, or a list of messages written as JSON."""
    prompt = value(row, "prompt")
    raw = prompt.get("raw") if isinstance(prompt, dict) else prompt
    if not isinstance(raw, str) or not raw.strip():
        raise BadCell("prompt", raw, "holds no text", "fill it in, or remove the row")
    try:
        messages = json.loads(raw) if raw.lstrip().startswith("[") else None
    except json.JSONDecodeError:
        messages = None
    is_chat = isinstance(messages, list) and all(isinstance(m, dict) and "role" in m for m in messages)
    return conversation(messages if is_chat and messages else [{"role": "user", "content": raw}])


def _asserted(assertions: Any) -> Fields | Skip:
    """What the assertions expect, where all of them can be said again."""
    if not isinstance(assertions, list) or not all(isinstance(a, dict) for a in assertions):
        raise BadCell("assert", assertions, "is no list of assertions", "correct it, or remove the row")
    kinds = {str(a.get("type")) for a in assertions}
    if not kinds:
        return Skip("it asserts nothing; --expect says what is right")
    if len(kinds) == 1 and (side := _SIDES.get(next(iter(kinds)))):
        return {"expect": side}
    checks = list[Fields]()
    for assertion in assertions:
        found = _checks(str(assertion.get("type")), assertion.get("value"))
        if not found:
            return Skip(f"no check says what the assertion {assertion.get('type')} says")
        checks += found
    return {"expect": "checks", "checks": checks}


def _checks(kind: str, wanted: Any) -> list[Fields]:
    """As checks; none where there is no such check, a template is filled in at run time, or RE2 cannot read it."""
    texts = [str(t) for t in wanted] if isinstance(wanted, list) else [str(wanted)] if wanted else []
    if not texts or any("{{" in text for text in texts):
        return []
    escaped = [re.escape(text) for text in texts]
    if kind in ("contains-all", "icontains-all"):
        return [{"use": "matches", "regex": f"{'(?i)' * kind.startswith('i')}{text}"} for text in escaped]
    if kind == "regex":
        return [] if regex_problem(texts[0]) else [{"use": "matches", "regex": texts[0]}]
    plain = kind.removeprefix("not-")
    if plain not in _PATTERNS:
        return []
    regex = _PATTERNS[plain].format(f"(?:{'|'.join(escaped)})")
    return [{"use": "occurrences", "regex": regex, "max": 0} if plain != kind else {"use": "matches", "regex": regex}]


def _reply(row: Row) -> str | None:
    output = inner(row.data, "response").get("output")
    if row.data.get("failureReason") == _ERROR or output is None:
        return None
    return output if isinstance(output, str) else json.dumps(output, ensure_ascii=False)


def _error(row: Row) -> str:
    told = inner(row.data, "response").get("error")
    return str(told or row.data.get("error") or "promptfoo got no answer")


def _system(row: Row) -> str:
    provider = value(row, "provider")
    named = provider.get("label") or provider.get("id") if isinstance(provider, dict) else provider
    if not isinstance(named, str) or not named:
        raise BadCell("provider", named, "has no id", "correct it, or remove the row")
    return named


def _verdicts(row: Row) -> Iterator[Said]:
    """One for each component result; of two by one kind of assertion, the second is `#2`."""
    parts = inner(row.data, "gradingResult").get("componentResults")
    seen = Counter[str]()
    for part in parts if isinstance(parts, list) else []:
        if not isinstance(part, dict):
            continue
        kind = str(inner(part, "assertion").get("type") or "assert-set")
        seen[kind] += 1
        judge = f"promptfoo/{kind}" + (f"#{seen[kind]}" if seen[kind] > 1 else "")
        yield _verdict(judge, part)


def _verdict(judge: str, part: Mapping[str, Any]) -> Said:
    passed, why = part.get("pass"), str(part.get("reason") or "")
    if inner(part, "metadata").get("graderError") or not isinstance(passed, bool):
        return Said(judge, "error", why=f"no verdict: {why or 'the grader gave none'}")
    return Said(judge, "pass" if passed else "fail", score=number(part.get("score")), why=why)


def _usage(row: Row) -> Usage:
    tokens = inner(row.data.get("response"), "tokenUsage")
    if not tokens.get("total"):
        return Usage()
    return Usage(input_tokens=count(tokens.get("prompt")), output_tokens=count(tokens.get("completion")))


PLUGIN = Promptfoo
