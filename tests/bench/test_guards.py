"""The bench of the classifier guard: files in, figures out, on a world whose truth is known."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.page import ROOT

pytest.importorskip("sklearn")

from tests.cli.test_guard_classifier import table

BENCH = ROOT / "bench" / "guards.py"


def bench(*options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(BENCH), *(str(option) for option in options)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


def test_both_sides_are_fitted_and_read_on_the_test_file(tmp_path: Path) -> None:
    train, test = table(tmp_path / "train.csv", each=200), table(tmp_path / "test.csv", seed=9)
    hard = tmp_path / "hard.jsonl"
    hard.write_text(
        "".join(json.dumps({"text": f"tea w{i} cake", "label": 0, "group": "hard"}) + "\n" for i in range(9))
    )
    done = bench("--train", train, "--test", test, "--test", hard, "--encoder", "none", "--no-prior", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["train"], found["test"], found["test_harmful"], found["encoder"]) == (600, 189, 90, None)
    for side in ("ours", "tfidf_logistic"):
        told = found[side]
        assert told["auc"] > 0.99
        assert told["recall_at_fpr_01"] > 0.9
        assert told["over_block_hard"] == 0
        assert told["fpr_at_promise"] <= 0.05
        low, high = told["recall_at_fpr_01_interval"]
        assert low <= told["recall_at_fpr_01"] <= high
        assert told["us_per_text"] > 0
    assert "benign texts" in done.stderr


def test_a_file_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    done = bench("--train", tmp_path / "a.csv", "--test", tmp_path / "a.csv", "--encoder", "none")
    assert (done.returncode, done.stdout) == (2, "")
    assert "no 'text'" in done.stderr
