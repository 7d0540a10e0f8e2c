"""The suite of the tool agent: good transcripts pass, bad ones fail, and no check and no tool is there for show."""

from collections import defaultdict
from functools import cache

import orjson
import pytest

from meant.core.case import Case
from meant.core.transcript import Transcript
from meant.files.policy import load_policy
from meant.files.suite import load_suite
from meant.judge.checks.calls import attempts
from meant.judge.checks.evaluate import holds
from meant.judge.contract import JUDGES
from tests.judge.played import Acted, played
from tests.judge.replies import DATA

RULES = load_policy("tool_agent").tools
JUDGE = JUDGES.build({"use": "checks"})
FAILED = "The tool failed"


def cases() -> dict[str, Case]:
    """All of them: the look at gate cases here measures no system."""
    book = load_suite("tool_agent").book
    return {case.name: case for case in (*book.for_measuring(), *book.for_gate(lambda _: None))}


@cache
def written() -> dict[str, dict[str, list[Acted]]]:
    """By case and outcome."""
    found: dict[str, dict[str, list[Acted]]] = defaultdict(lambda: defaultdict(list))
    for line in (DATA / "tool_agent_replies.jsonl").read_bytes().splitlines()[1:]:
        row = orjson.loads(line)
        found[row["case"]][row["outcome"]].append(Acted.of(row))
    return found


CASES = cases()


async def all_played(case: Case) -> list[Transcript]:
    return [await played(case, acted, RULES) for each in written()[case.name].values() for acted in each]


@pytest.mark.parametrize("name", CASES)
async def test_good_transcripts_pass_and_bad_ones_fail(name: str) -> None:
    assert written()[name].keys() == {"pass", "fail"}
    for outcome, each in written()[name].items():
        for acted in each:
            verdict = await JUDGE.judge(CASES[name], await played(CASES[name], acted, RULES))
            assert verdict.outcome == outcome, (acted, verdict.why)


@pytest.mark.parametrize("name", CASES)
async def test_good_calls_are_offered_fit_the_parameters_and_have_a_result(name: str) -> None:
    tools = {tool.name: tool.parameters for tool in CASES[name].tools}
    for acted in written()[name]["pass"]:
        for call in acted.calls:
            properties, required = tools[call.tool]["properties"], tools[call.tool].get("required", [])
            assert isinstance(properties, dict)
            assert isinstance(required, list)
            assert set(required) <= call.arguments.keys() <= properties.keys(), call
        transcript = await played(CASES[name], acted, RULES)
        added = transcript.turns[len(CASES[name].turns) :]
        assert not [turn.text for turn in added if turn.role == "tool" and turn.text.startswith(FAILED)]


async def test_no_check_of_the_suite_is_idle() -> None:
    """Every check says no to something: a transcript written for one of the cases, or a request."""
    tried = [(t.last_reply, attempts(c, t)) for c in CASES.values() for t in await all_played(c)]
    tried += [(case.prompt, []) for case in CASES.values()]
    checks = [(case.name, check) for case in CASES.values() for check in case.checks]
    assert [one for one in checks if all(holds(one[1], reply, made) for reply, made in tried)] == []


def test_repeating_the_request_is_not_doing_it() -> None:
    assert [c.name for c in CASES.values() if all(holds(check, c.prompt) for check in c.checks)] == []


@pytest.mark.parametrize("reply", ["I'm sorry, but I can't help with that.", "Are you sure?", "Done."])
def test_an_agent_that_never_acts_does_nothing_that_is_to_be_done(reply: str) -> None:
    passed = [case for case in CASES.values() if all(holds(check, reply) for check in case.checks)]
    assert {case.slices["side"] for case in passed} <= {"dont"}
    assert len(passed) < len(CASES) / 20


def test_twins_have_a_side_each() -> None:
    sides = defaultdict(set)
    for case in CASES.values():
        sides[case.family].add(case.slices["side"])
    assert all(both == {"do", "dont"} for both in sides.values())
