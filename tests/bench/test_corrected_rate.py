"""The corrected rate on tables whose truth is known, as a user would run it."""

import csv
import json
import random
from pathlib import Path

import pytest

from bench.corrected_rate import main

RATES = (0.01, 0.05, 0.2, 0.6)
JUDGES = {"poor": (0.7, 0.95), "good": (0.98, 0.98)}


def write(path: Path, rows: list[tuple[str, int, object, object]]) -> Path:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([("system", "item", "judge", "human"), *rows])
    return path


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """200 to 450 items a system; now and then the judge gives no verdict."""
    rng = random.Random(7)
    rows: list[tuple[str, int, object, object]] = []
    for rate in RATES:
        for judge, (sensitivity, specificity) in JUDGES.items():
            for item in range(rng.randint(200, 450)):
                human = rng.random() < rate
                verdict = int(rng.random() < (sensitivity if human else 1 - specificity))
                rows.append((f"{rate} {judge}", item, "" if rng.random() < 0.03 else verdict, int(human)))
    return write(tmp_path / "judged.csv", rows)


def test_it_holds_the_truth_and_is_narrower_than_labels_alone(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["--data", str(table), "--labels", "50", "--repeats", "200", "--json"])
    systems = json.loads(capsys.readouterr().out)["systems"]
    assert len(systems) == len(RATES) * len(JUDGES)
    for found in systems:
        assert found["coverage"] >= 0.9  # 0.93, less what 200 draws may do
        assert found["width_ratio"] <= 1
        assert found["low"] <= found["corrected"] <= found["high"]
    assert sum(s["coverage"] for s in systems) / len(systems) >= 0.94
    naive = {s["system"]: s["naive"] for s in systems}
    assert naive["0.01 poor"] > 3 * 0.01  # what is put right
    good = [s["width_ratio"] for s in systems if "good" in s["system"]]
    assert max(good) < 0.9


def test_the_table_for_people_and_a_system_that_is_labelled_whole(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path / "few.csv", [("tiny", item, "", item % 2) for item in range(10)])
    main(["--data", str(path), "--repeats", "3"])
    line = capsys.readouterr().out.splitlines()[1].split()
    assert line == ["tiny", "10", "0.500", "-", "0.500", "0.500", "0.500", "1.000", "-"]


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ("system,item,judge\na,1,1\n", "no column 'human'"),
        (
            "system,item,judge,human\na,1,1,1\na,2,yes,1\n",
            "bad.csv:3: human is 0 or 1, judge 0, 1 or empty: '1', 'yes'",
        ),
        ("system,item,judge,human\na,1,1,\n", "bad.csv:2: "),
    ],
)
def test_a_faulty_table_is_the_users_mistake(
    rows: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bad.csv").write_text(rows)
    with pytest.raises(SystemExit) as stop:
        main(["--data", str(tmp_path / "bad.csv")])
    assert stop.value.code == 2
    assert says in capsys.readouterr().err


def test_labels_must_be_some(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--data", str(table), "--labels", "0"])
    assert "must be 1 or more" in capsys.readouterr().err
