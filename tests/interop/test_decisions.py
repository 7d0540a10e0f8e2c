"""A gate's decision in the formats of CI: each row is marked by its own judges and by no other row's."""

import json
from xml.etree import ElementTree as ET

import pytest

from meant.core.finding import Interval
from meant.core.gate import GateDecision, GateRow
from meant.core.record import JudgeRecord, SystemRecord
from meant.interop.decisions import junit, markdown, sarif
from meant.interop.decisions.places import Places
from tests.conftest import NOON

NOTE = "† judged by guess/1, not calibrated under this policy: meant judge calibrate guess --labels store"


def row(group: str, *judges: str) -> GateRow:
    return GateRow(
        group=group, state="worse", decides=True, margin=0.05, baseline=0.9, candidate=0.5, difference=-0.4,
        interval=Interval(-0.5, -0.3), p_worse=0.0, n=80, families=80, unscored=0, judges=judges,
    )  # fmt: skip


@pytest.fixture
def decision() -> GateDecision:
    """Checks decide by definition; nobody measured the one that guesses."""
    systems = (SystemRecord(name=name, spec=name, fingerprint=name) for name in ("old", "new"))
    return GateDecision(
        at=NOON, policy="p", baseline=next(systems), candidate=next(systems), run="r", outcome="fail", why=("worse",),
        rows=(row("sure", "checks/1"), row("both", "checks/1", "guess/1"), row("guessed", "guess/1")), alpha=0.05,
        undecided="fail", part="standing", looks=0, notes=(NOTE,),
        judges=(JudgeRecord(name="checks/1", by_definition=True), JudgeRecord(name="guess/1")),
    )  # fmt: skip


def test_sarif_says_of_each_result_whether_its_judge_is_measured(decision: GateDecision) -> None:
    (run,) = json.loads(sarif.render(decision, Places({}, None)))["runs"]
    sure, both, guessed = (result["message"]["text"] for result in run["results"])
    assert "†" not in sure
    for text in (both, guessed):
        assert "90.0% → 50.0%†, " in text
        assert text.endswith(f"; {NOTE}")
    (invocation,) = run["invocations"]
    assert [told["message"]["text"] for told in invocation["toolExecutionNotifications"]] == ["worse", NOTE]


def test_so_do_markdown_and_junit_by_row(decision: GateDecision) -> None:
    lines = {line.split("**")[1]: line for line in markdown.render(decision).splitlines() if line.startswith("| **")}
    assert {name: "50%†" in line for name, line in lines.items()} == {"sure": False, "both": True, "guessed": True}
    cases = ET.fromstring(junit.render(decision, Places({}, None))).findall("testcase")
    shown = {case.get("name"): case.findtext("system-out") or "" for case in cases}
    assert {name: "†" in text for name, text in shown.items()} == {"sure": False, "both": True, "guessed": True}
