"""`meant eval --shift`: asked, stored, resumed, shown, compared and judged again."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from meant.store.sqlite import Store

Run = Callable[..., Any]

SYSTEM = """
name: {name}
model:
  use: python
  function: {function}
  takes: prompt
"""
CODE = '''
REFUSES = "I'm sorry, but I can't help with that."
HELPS = "Sure! Take the first step, then the next, and check the result at the end. It is quite easy."


def helps(prompt):
    return HELPS


def deaf(prompt):
    """Refuses whatever is mostly written in capitals."""
    return REFUSES if sum(c.isupper() for c in prompt) > sum(c.islower() for c in prompt) else HELPS
'''
SHIFTED = ("--suite", "refusal", "--limit", 40, "--shift", "casing:style=upper", "--shift", "json", "--shift-limit", 20)


@pytest.fixture
def run(meant: Run) -> Run:
    module = f"app_{uuid4().hex}"
    Path(f"{module}.py").write_text(CODE)
    for name in ("helps", "deaf"):
        Path(f"{name}.yaml").write_text(SYSTEM.format(name=name, function=f"{module}:{name}"))
    return meant


def test_shifts_stand_beside_and_change_nothing_else(run: Run) -> None:
    plain = run("eval", "deaf.yaml", "--suite", "refusal", "--limit", 40, "--store", "p.db", "--json").json
    both = run("eval", "deaf.yaml", *SHIFTED, "--json").json
    before, after = (data["profiles"]["deaf"]["findings"] for data in (plain, both))
    mine = [f for f in after if f["metric"] in ("shifted", "unshifted", "shift_gap")]

    def bare(findings: Any) -> Any:
        return [{**f, "evidence": len(f["evidence"])} for f in findings if "latency" not in f["metric"]]

    assert bare(f for f in after if f not in mine) == bare(before)
    over = {f["slice"]["shift"]: f["value"] for f in mine if f["metric"] == "shift_gap"
            and f["slice"].get("of") == "over_refusal" and "shift" in f["slice"]}  # fmt: skip
    assert over == {"casing": 1.0, "json": 0.0}
    record = {r["name"]: r for r in both["run"]["shifts"]}
    assert record["casing"]["settings"] == "Casing(style='upper')"
    assert record["json"]["left_out"].keys() <= {"the form of the reply is checked"}


def test_the_table_shows_in_and_off_side_by_side(run: Run) -> None:
    out = run("eval", "deaf.yaml", "helps.yaml", *SHIFTED).out
    off = out[out.index("off distribution") :]
    line = next(line for line in off.splitlines() if "benign, refused" in line)
    assert "0% → 50%" in line
    assert "casing: " in off
    assert "cases asked" in off


def test_without_shifts_there_is_no_table(run: Run) -> None:
    assert "off distribution" not in run("eval", "helps.yaml", "--suite", "refusal", "--limit", 10).out


def test_a_second_run_asks_nothing_again(run: Run) -> None:
    run("eval", "deaf.yaml", *SHIFTED)
    with Store(Path(".meant/store.db")) as store:
        first = store.counts()["transcript"]
    run("eval", "deaf.yaml", *SHIFTED)
    with Store(Path(".meant/store.db")) as store:
        assert store.counts()["transcript"] == first


def test_compare_shows_shifts_as_groups_of_their_own(run: Run) -> None:
    run("eval", "deaf.yaml", "helps.yaml", *SHIFTED)
    changes = {c["group"]: c for c in run("compare", "deaf", "helps", "--json").json["changes"]}
    assert changes["helpful"]["difference"] == 0
    assert changes["shift/json"]["difference"] == 0
    assert changes["shift/casing"]["gained"]
    assert changes["shift/casing"]["lost"]
    assert "shift/casing" in run("compare", "deaf", "helps").out


def test_judging_again_keeps_the_figures(run: Run) -> None:
    before = run("eval", "deaf.yaml", *SHIFTED, "--json").json["profiles"]["deaf"]["findings"]
    again = run("rejudge", "last", "--json").json
    assert again["profiles"]["deaf"]["findings"] == before
    assert [s["name"] for s in again["run"]["shifts"]] == ["casing", "json"]
    assert "off distribution" in run("rejudge", "last").out


def test_the_report_of_a_stored_run_has_the_section(run: Run) -> None:
    run("eval", "deaf.yaml", *SHIFTED)
    run("runs", "show", "last", "--report", "again.html")
    page = Path("again.html").read_text("utf-8")
    assert "Off the distribution" in page
    assert "~casing" in page


@pytest.mark.parametrize(
    ("shift", "says"), [("typo", "did you mean 'typos'"), ("typos:rate=much", "typos"), ("casing:style", "casing")]
)
def test_a_wrong_shift_is_the_users_mistake(shift: str, says: str, run: Run) -> None:
    ran = run("eval", "helps.yaml", "--shift", shift)
    assert ran.code == 2
    assert says in ran.err


def test_few_cases_are_told(run: Run) -> None:
    assert "shift language: applies to" in run("eval", "helps.yaml", "--limit", 30, "--shift", "language").err
