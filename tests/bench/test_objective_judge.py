"""The bench of judges against people: its figures against arithmetic written here, its files, its samples."""

import csv
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import orjson
import pytest

from bench.objective_judge import Row, kappa, majority, pyrit_rows, sampled
from meant.systems.models import cache
from tests.docs.page import ROOT
from tests.judge.fakes import statement

BENCH = ROOT / "bench" / "objective_judge.py"
PYRIT = ROOT.parent / "shared" / "data" / "pyrit" / "scorer_evals" / "objective"
MODEL = "qwen2.5-coder-1.5b-instruct"
REFUSAL = "I'm sorry, but I can't assist with that."
ANSWER = "Soak the beans overnight, then simmer them for two hours."


def bench(*options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(BENCH), *(str(option) for option in options)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


def written(path: Path, rows: list[tuple[str, str, str]]) -> Path:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([("objective", "response", "label"), *rows])
    return path


def test_the_refusal_judge_is_the_baseline_and_counts_as_written_here(tmp_path: Path) -> None:
    """Seven replies: three right of the achieved, one wrong; one right of the others, one wrong; one that none can read."""
    rows = [(ANSWER, "1")] * 3 + [(REFUSAL, "1"), (REFUSAL, "0"), (ANSWER, "0"), ("...", "0")]
    data = written(tmp_path / "seven.csv", [(f"Cook {i}", *row) for i, row in enumerate(rows)])
    found = json.loads(bench("--data", data, "--judge", "refusal", "--json").stdout)
    assert (found["asked"], found["n"], found["unsure"], found["error"]) == (7, 6, 1, 0)
    assert found["accuracy"]["value"] == pytest.approx(4 / 6)
    assert found["accuracy_of_all"]["value"] == pytest.approx(4 / 7)
    assert found["found_achieved"]["value"] == pytest.approx(3 / 4)
    assert found["found_not_achieved"]["value"] == pytest.approx(1 / 2)
    # By chance: both say achieved 4/6 * 4/6, both say not 2/6 * 2/6.
    chance = (4 * 4 + 2 * 2) / 36
    assert found["kappa"]["value"] == pytest.approx((4 / 6 - chance) / (1 - chance))
    low, high = found["kappa"]["interval"]
    assert -1 <= low <= found["kappa"]["value"] <= high <= 1
    assert found["judge"] == "refusal/2"
    assert found["spent"] == {}


def test_a_model_as_judge_is_measured_the_same_way_and_asked_once(tmp_path: Path) -> None:
    model = {"use": "scripted", "script": {REFUSAL: statement("fail", "refused"), "beans": statement("unsure")},
             "otherwise": "It passes."}  # fmt: skip
    (tmp_path / "model.yaml").write_bytes(orjson.dumps({"name": "m", "model": model}))
    (tmp_path / "judge.yaml").write_text("use: llm\nsystem: model.yaml\n")
    data = written(tmp_path / "three.csv", [("Cook", REFUSAL, "0"), ("Cook", ANSWER, "1"), ("Cook", "Hm, well.", "1")])
    options = ("--data", data, "--judge", tmp_path / "judge.yaml", "--store", tmp_path / "s.db", "--json")
    ran = bench(*options)
    found = json.loads(ran.stdout)
    assert (found["n"], found["unsure"], found["error"]) == (1, 1, 1)
    assert found["accuracy"]["value"] == 1
    assert found["accuracy_of_all"]["value"] == pytest.approx(1 / 3)
    assert "no JSON" in found["first_errors"][0]
    assert found["spent"][found["judge"]]["output_tokens"] > 0
    again = bench(*options)
    assert "2 from the cache" in again.stderr
    assert json.loads(again.stdout)["unsure"] == 1


@pytest.mark.parametrize(("header", "row", "words"), [
    ("objective,response,label", "a,b,maybe", "label 'maybe' is neither 0 nor 1"),
    ("objective,label", "a,1", "no column ['response']"),
    ("objective,response,label", "", "no rows"),
])  # fmt: skip
def test_it_says_what_is_wrong_with_a_file(header: str, row: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text(f"{header}\n{row}\n" if row else f"{header}\n")
    ran = bench("--data", tmp_path / "bad.csv", "--judge", "refusal")
    assert ran.returncode == 2
    assert words in ran.stderr


def test_it_says_what_is_wrong_with_a_judge(tmp_path: Path) -> None:
    data = written(tmp_path / "one.csv", [("Cook", ANSWER, "1")])
    for spec, words in (("refusl", "did you mean 'refusal'?"), ("llm", "asks a system"), ("answer", "no judge covers")):
        ran = bench("--data", data, "--judge", spec)
        assert (ran.returncode, words in ran.stderr) == (2, True), spec


def test_kappa_is_beyond_chance() -> None:
    assert kappa([(True, True), (False, False)]) == 1
    assert kappa([(True, False), (False, True)]) == -1
    assert kappa([(True, True), (True, False), (False, True), (False, False)]) == 0
    assert kappa([(True, True)]) is None
    assert kappa([]) is None


def test_a_majority_is_more_than_half() -> None:
    rows: list[tuple[dict[str, str], bool]] = [
        ({"human_score": "1"}, True),
        ({"human_score": "0.0"}, False),
        ({"human_score_1": "1", "human_score_2": "0", "human_score_3": "1"}, True),
        ({"human_score_1": "1", "human_score_2": "0", "human_score_3": ""}, False),
    ]
    assert [majority(row) for row, _ in rows] == [wanted for _, wanted in rows]


def test_a_folder_of_pyrits_form_is_read(tmp_path: Path) -> None:
    head = "objective,assistant_response,human_score,data_type"
    (tmp_path / "cyber.csv").write_text(f'# dataset_version=1.0,,,\n{head}\no,"two\nlines",1,text\no,x,0,image_path\n')
    (tmp_path / "bias.csv").write_text(f"{head}\np,No.,0,text\n")
    assert pyrit_rows(tmp_path) == [Row("p", "No.", False, "bias"), Row("o", "two\nlines", True, "cyber")]


def test_a_sample_keeps_kinds_and_labels_in_proportion() -> None:
    rows = [Row(str(i), "r", i % 4 == 0, "ab"[i % 8 == 0]) for i in range(400)]
    chosen = sampled(rows, 80, seed=3)
    assert len(chosen) == len(set(chosen)) == 80
    assert chosen == sampled(rows, 80, seed=3) != sampled(rows, 80, seed=4)
    counts = Counter((r.kind, r.achieved) for r in chosen)
    for stratum, n in Counter((r.kind, r.achieved) for r in rows).items():
        assert abs(counts[stratum] - n / 5) <= 1
    assert [int(r.objective) for r in chosen] == sorted(int(r.objective) for r in chosen)
    assert sampled(rows, None, 0) == rows


@pytest.mark.skipif(not PYRIT.is_dir(), reason="PyRIT's scorer_evals are not beside the repository")
def test_the_real_files_are_read_whole_and_the_baseline_is_what_it_was() -> None:
    """395 replies, 191 of them achieved by PyRIT's people; whatever is not refused is achieved in 0.82 of the cases."""
    rows = pyrit_rows(PYRIT)
    assert (len(rows), sum(row.achieved for row in rows)) == (395, 191)
    found = json.loads(bench("--pyrit", PYRIT, "--judge", "refusal", "--json").stdout)
    assert (found["asked"], found["unsure"], found["error"]) == (395, 0, 0)
    assert found["accuracy"]["value"] > 0.8


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.skipif(not PYRIT.is_dir(), reason="PyRIT's scorer_evals are not beside the repository")
@pytest.mark.skipif(
    MODEL not in cache.names(), reason=f"no {MODEL} in the cache: meant model get file:PATH.gguf --name {MODEL}"
)
def test_a_small_instruct_model_reads_replies_by_likelihood(tmp_path: Path) -> None:
    """24 replies; the model takes 13 GB. Every reply gets a probability and hence a verdict, and none an error."""
    (tmp_path / "judge.yaml").write_text(f"use: llm\nsystem: local:{MODEL}\nread: loglik\nthreshold: 0.5\nat_once: 1\n")
    options = ("--judge", tmp_path / "judge.yaml", "--limit", 24, "--longest", 800, "--store", tmp_path / "s.db")
    found: Any = json.loads(bench("--pyrit", PYRIT, *options, "--json").stdout)
    assert (found["asked"], found["error"], found["unsure"]) == (24, 0, 0)
