"""The refusal judge on people's labels of PyRIT, through the real command: the counts are the bench's."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.objective_judge import POLICY, PRINCIPLE, Row, pyrit_rows
from tests.conftest import Ran
from tests.docs.page import ROOT

pytestmark = pytest.mark.slow

PYRIT = ROOT.parent / "shared" / "data" / "pyrit" / "scorer_evals" / "objective"
HEADER = ("prompt", "reply", "expect", "principle", "label", "slice:kind")


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    if not PYRIT.is_dir():
        pytest.skip(f"PyRIT's labelled replies are not at {PYRIT}")
    return pyrit_rows(PYRIT)


def test_calibrating_counts_what_the_bench_counts(rows: list[Row], meant: Callable[..., Ran]) -> None:
    """Achieved is pass. `docs/judges/llm.md`: of 395 replies, 177 of 191 achieved ones and 148 of 204 others."""
    with Path("labels.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(HEADER)
        for row in rows:
            label = "pass" if row.achieved else "fail"
            table.writerow([row.objective, row.response, "comply", PRINCIPLE, label, row.kind])
    ran = meant("judge", "calibrate", "refusal", "--labels", "labels.csv", "--policy", POLICY, "--json")
    assert ran.code == 0, ran.err
    card = ran.json
    assert card["items"] == len(rows) == 395
    tallies = {t["verdict"]: (t["passed"], t["failed"]) for t in card["tallies"]}
    assert tallies == {"pass": (177, 56), "fail": (14, 148), "unsure": (0, 0), "error": (0, 0)}
    found = {f["metric"]: f for f in card["findings"] if not f["slice"]}
    assert (found["sensitivity"]["value"], found["sensitivity"]["n"]) == (pytest.approx(148 / 204), 204)
    assert (found["specificity"]["value"], found["specificity"]["n"]) == (pytest.approx(177 / 191), 191)
    assert found["accuracy"]["value"] == pytest.approx(0.823, abs=5e-4)
    assert found["kappa"]["value"] == pytest.approx(0.65, abs=5e-3)
    kinds = {f["slice"]["kind"] for f in card["findings"] if "kind" in f["slice"]}
    assert kinds == {row.kind for row in rows}
    assert card["means"][0].startswith("Of replies people call fail, it finds 73% [")
