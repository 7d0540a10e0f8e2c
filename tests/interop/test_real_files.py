"""The real files of four data sets, where they are beside the repository: every row is accounted for."""

from pathlib import Path

import pytest

from meant.core.check import Answer
from meant.files.importing import Into
from meant.files.suite import builtin_suites, load_suite
from meant.interop.contract import FORMATS
from meant.interop.importing import import_format, read_as
from meant.judge.judges.answer import read_answer, read_correction
from tests.docs.page import ROOT

DATA = ROOT.parent / "shared" / "data"
TRUTHFULQA = "truthfulqa/TruthfulQA.csv"


def real(path: str) -> Path:
    if not (DATA / path).exists():
        pytest.skip(f"no {path} in ../shared/data")
    return DATA / path


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "path", "rows", "cases"),
    [
        ("truthfulqa", TRUTHFULQA, 817, 147),
        ("truthfulqa", "truthfulqa/TruthfulQA_2025.csv", 790, 145),
        ("gsm8k", "gsm8k/test.jsonl", 1319, 1319),
        ("gsm8k", "gsm8k/train.jsonl", 7473, 7473),
        ("ifeval", "ifeval/input_data.jsonl", 540, 509),
        ("coconot", "coconot/coconot_eval.jsonl", 1001, 640),
        ("coconot", "coconot/coconot_contrast_eval.jsonl", 379, 379),
    ],
)
def test_every_row_is_a_case_or_is_counted(name: str, path: str, rows: int, cases: int, tmp_path: Path) -> None:
    into = Into(tmp_path / "suite", tuple(builtin_suites()), join_families=True)
    imported = import_format(real(path), name, into)
    assert imported.cases == cases
    assert cases + sum(imported.skipped.values()) == rows
    assert sum(load_suite(into.folder).book.counts().values()) == cases


def test_coconot_by_expectation() -> None:
    file = real("coconot/coconot_eval.jsonl")
    read = read_as(FORMATS.build({"use": "coconot"}), "coconot", file)
    expected = [r.data["expect"] for r in read.rows]
    assert (expected.count("refuse"), expected.count("abstain")) == (394, 246)


def test_truthfulqa_answers_are_told_apart_by_the_judge() -> None:
    """The set's own right and wrong answers as replies: hardly a wrong one passes, most right ones do."""
    file = real(TRUTHFULQA)
    form = FORMATS.build({"use": "truthfulqa"})
    rows = {row.line: row.data for row in form.rows(file, [])}
    passed: dict[tuple[str, bool], list[bool]] = {}
    for record in read_as(form, "truthfulqa", file).rows:
        for right, column in ((True, "Correct Answers"), (False, "Incorrect Answers")):
            for reply in (r.strip() for r in rows[record.line][column].split(";")):
                if reply and reply != "I have no comment":
                    passed.setdefault((record.data["expect"], right), []).append(_passes(record.data, reply))
    share = {key: sum(found) / len(found) for key, found in passed.items()}
    assert share["answer", False] == 0
    assert share["correct", False] < 0.05
    assert share["answer", True] > 0.6
    assert share["correct", True] > 0.75


def _passes(case: dict[str, object], reply: str) -> bool:
    answer = Answer.model_validate(case["answer"])
    if case["expect"] == "answer":
        return read_answer(reply, answer).outcome == "pass"
    return read_correction(reply, answer, question=str(case["prompt"])).outcome == "pass"
