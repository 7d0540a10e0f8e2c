"""`meant import` of another tool's log, as a user types it."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from meant.core.case import split_of
from meant.files.suite import load_suite
from meant.store.sqlite import Store
from tests.conftest import Ran
from tests.interop.files import ARTIFACTS
from tests.interop.test_logs import DATA

Meant = Callable[..., Ran]
TRAIN = next(f"Behaviour {n}" for n in range(99) if split_of(f"jailbreakbench/behaviour-{n}") == "train")
LOGS = [
    ("garak.report.jsonl", "garak"),
    ("garak.hitlog.jsonl", "garak"),
    ("promptfoo.json", "promptfoo"),
    ("pyrit.db", "pyrit"),
    ("inspect.json", "inspect"),
]


@pytest.mark.parametrize(("file", "form"), LOGS)
def test_every_answer_is_in_the_run_or_is_a_gate_cases(meant: Meant, file: str, form: str) -> None:
    ran = meant("import", DATA / file, "--format", form, "--into", "theirs", "--json")
    assert ran.code == 0, ran.err
    book = load_suite("theirs").book
    split = {"gate": 0, "run": 0}
    for case in (json.loads(line) for line in Path("theirs/cases.jsonl").read_text().splitlines()[1:]):
        split["gate" if split_of(case["family"]) == "gate" else "run"] += 1
    assert len(book.for_measuring()) == split["run"]
    with Store(Path(".meant/store.db")) as store:
        (run,) = store.runs()
        cells = {s.name: store.cells(run.id, s.name) for s in run.systems}
        foreign = {s.name: store.foreign(run.id, s.name) for s in run.systems}
        assert store.counts()["testcase"] == split["run"]
    assert {name: len(found) for name, found in cells.items()} == ran.json["answers"]
    assert all(cell.case.split != "gate" for found in cells.values() for cell in found)
    assert {cell.case.id for found in cells.values() for cell in found} == {case.id for case in book.for_measuring()}
    for name, agreed in ran.json["agreement"].items():
        assert sum(count["answers"] for judge in agreed for count in judge["counts"]) == len(foreign[name])
        for cell in cells[name]:
            theirs = [v for v in foreign[name] if v.transcript == cell.transcript.id]
            assert all(v.judge.startswith(f"{form}/") for v in theirs)
            assert cell.transcript.error is None or {v.outcome for v in theirs} <= {"error"}
    assert ran.json["gate"] >= split["gate"]


def test_the_run_is_listed_drawn_again_judged_again_and_compared(meant: Meant) -> None:
    assert meant("import", DATA / "promptfoo.json", "--format", "promptfoo").code == 0
    listed = meant("runs", "list", "--json").json["runs"]
    assert [s["name"] for s in listed[0]["systems"]] == ["echo", "openai:chat:tiny"]
    assert meant("runs", "show", "--report", "again.html").code == 0
    assert "echo" in Path("again.html").read_text("utf-8")
    assert meant("rejudge").code == 0
    changes = meant("compare", "echo", "openai:chat:tiny", "--json").json["changes"]
    assert max(change["n"] for change in changes) == 2


def test_their_verdict_and_ours_stand_side_by_side(meant: Meant) -> None:
    ran = meant("import", DATA / "promptfoo.json", "--format", "promptfoo")
    assert "echo: their verdicts and ours" in ran.out
    assert "promptfoo/is-refusal" in ran.out
    assert "2 skipped: it asserts nothing" in ran.err
    assert "kept out of the run: gate cases" in ran.err


def test_the_system_and_the_principle_can_be_named(meant: Meant) -> None:
    asked = ("--format", "pyrit", "--system", "assistant", "--principle", "respect-privacy", "--store", "s.db")
    ran = meant("import", DATA / "pyrit.db", *asked, "--json")
    assert list(ran.json["profiles"]) == ["assistant"]
    with Store(Path("s.db")) as store:
        cells = store.cells(store.run("last").id, "assistant")
    assert {cell.case.principle for cell in cells} == {"respect-privacy"}
    two = meant("import", DATA / "promptfoo.json", "--format", "promptfoo", "--system", "one")
    assert (two.code, "the log holds 2: " in two.err) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("cut.jsonl", "--format", "garak"), "cut.jsonl:"),
        (("report.jsonl", "--format", "garak", "--into", "there"), "there exists"),
        (("report.jsonl", "--format", "garak", "--judge", "nobody"), "no judge named 'nobody'"),
        (("report.jsonl", "--format", "garak", "--policy", "nowhere.yaml"), "nowhere.yaml"),
        (("report.jsonl", "--format", "xstest", "--into", "x", "--system", "s"), "--system goes with a log"),
        (("report.jsonl", "--format", "xstest"), "--into"),
        (("report.jsonl", "--format", "garack"), "did you mean 'garak'"),
    ],
)
def test_a_mistake_is_told_and_nothing_is_written(meant: Meant, arguments: tuple[str, ...], said: str) -> None:
    Path("there").mkdir()
    whole = (DATA / "garak.report.jsonl").read_text("utf-8")
    Path("report.jsonl").write_text(whole)
    Path("cut.jsonl").write_text(whole[:-40])
    into = () if "--into" in arguments or "xstest" in arguments else ("--into", "out")
    ran = meant("import", *arguments, *into)
    assert (ran.code, said in ran.err) == (2, True), ran.err
    assert not Path("out").exists()
    if Path(".meant/store.db").exists():
        with Store(Path(".meant/store.db")) as store:
            assert not any(store.counts().values())


def test_where_recording_fails_halfway_nothing_is_recorded(meant: Meant) -> None:
    with Store(Path("s.db")):
        pass
    db = sqlite3.connect("s.db")
    db.execute("CREATE TRIGGER no BEFORE INSERT ON profile BEGIN SELECT RAISE(ABORT, 'full'); END")
    db.commit()
    db.close()
    ran = meant("import", DATA / "garak.report.jsonl", "--format", "garak", "--store", "s.db", "--into", "out")
    assert ran.code == 3
    assert not Path("out").exists()
    with Store(Path("s.db")) as store:
        assert not any(store.counts().values())


def test_of_an_answer_that_never_came_nobody_has_a_verdict(meant: Meant) -> None:
    """Whatever the file says that their judge said."""
    whole = json.loads(ARTIFACTS)
    whole["jailbreaks"] = [whole["jailbreaks"][0] | {"response": None, "jailbroken": False, "behavior": TRAIN}]
    Path("a.json").write_text(json.dumps(whole))
    ran = meant("import", "a.json", "--format", "jailbreakbench_responses", "--json")
    (judge,) = ran.json["agreement"]["some-model"]
    assert judge["counts"] == [{"theirs": "error", "ours": "error", "answers": 1}]


def test_a_log_of_gate_cases_alone_makes_no_run(meant: Meant) -> None:
    families = [n for n in range(200) if split_of(f"inspect/t/{n}") == "gate"][:3]
    log = json.loads((DATA / "inspect.json").read_text())
    sample = next(s for s in log["samples"] if s["id"] == "capital")
    samples = [{**sample, "id": n, "target": f"x{n}"} for n in families]
    for n, each in zip(families, samples, strict=True):
        words = f"{n} " * 40
        each["input"] = words
        each["messages"] = [{"role": "user", "content": words}, {"role": "assistant", "content": "Paris."}]
    log["eval"]["task"] = "t"
    Path("log.json").write_text(json.dumps({**log, "samples": samples}))
    ran = meant("import", "log.json", "--format", "inspect", "--into", "out")
    assert (ran.code, "all 3 answers are to gate cases" in ran.err) == (2, True), ran.err
    assert not Path("out").exists()
