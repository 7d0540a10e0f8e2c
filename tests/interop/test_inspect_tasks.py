"""`meant eval --inspect`: samples, scores, pairs and mistakes. Inspect itself runs the tasks."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from meant.core.errors import MissingExtra
from meant.store.sqlite import Store
from tests.conftest import Ran
from tests.interop.inspecting import APP, STORE, by_name, kept, system

pytest.importorskip("inspect_ai", reason="the extra `inspect` is not installed")
pytestmark = [pytest.mark.inspect, pytest.mark.slow, pytest.mark.filterwarnings("default")]

Meant = Callable[..., Ran]


def test_samples_are_cases_and_the_tasks_scorer_judges(meant: Meant, tasks: Path) -> None:
    ran = meant("eval", "app.yaml", "--inspect", "tasks.py@sums", "--json")
    assert ran.code == 0, ran.err
    cells = kept()
    verdicts = by_name(cells)
    outcomes = {name: verdict.outcome for name, verdict in verdicts.items()}
    assert outcomes == {"two": "pass", "four": "fail", "gone": "error", "4": "pass"}
    assert {verdict.judge for verdict in verdicts.values()} == {"inspect/match"}
    assert "scripted failure" in verdicts["gone"].why
    for case, said, *_ in cells:
        assert (case.suite, case.dimension, case.origin, case.expect) == (
            "inspect:sums", "capability", "imported", "scored",
        )  # fmt: skip
        assert case.family.startswith(f"inspect/sums/{case.name}")
        assert case.split != "gate"
        assert said.case == case.id
    two = next(cell for cell in cells if cell.case.name == "two")
    assert [(turn.role, turn.text) for turn in two.transcript.turns] == [
        ("system", "Be brief."), ("user", "What is 1+1?"), ("assistant", "2"),
    ]  # fmt: skip
    assert two.transcript.usage.output_tokens == 1
    assert two.transcript.timing is not None
    assert two.transcript.finish == "stop"
    assert two.transcript.fingerprint == ran.json["run"]["systems"][0]["fingerprint"]
    last = next(cell for cell in cells if cell.case.name == "4")
    assert [turn.text for turn in last.case.turns] == ["Hi", "Hello", "And 3+3?"]
    assert last.case.answer is not None
    assert last.case.answer.accept == ("6", "six")
    run = ran.json["run"]
    assert run["suites"] == {"inspect:sums": "3"}
    assert "inspect/match" in {judge["name"] for judge in run["judges"]}
    assert run["versions"]["inspect_ai"]
    findings = {(f["metric"], *f["slice"].values()): f for f in ran.json["profiles"]["app"]["findings"]}
    share = findings["capability",]
    assert (share["value"], share["n"], share["unscored"]) == (pytest.approx(2 / 3), 3, 1)
    assert findings["suite", "inspect:sums"]["n"] == 3


def test_the_share_right_is_inspects_own_accuracy(meant: Meant, tasks: Path) -> None:
    from inspect_ai.log import list_eval_logs, read_eval_log

    ran = meant("eval", "app.yaml", "--inspect", "tasks.py@sums", "--json")
    (info,) = list_eval_logs(".meant/inspect")
    log = read_eval_log(info)
    assert log.results is not None
    theirs = log.results.scores[0].metrics["accuracy"].value
    (ours,) = (f for f in ran.json["profiles"]["app"]["findings"] if f["metric"] == "capability")
    assert ours["value"] == pytest.approx(theirs)
    assert log.eval.model_args == {"answers": None}, "nothing of the system's settings is written into the log"


def test_only_the_task_is_measured_unless_a_suite_is_named(meant: Meant, tasks: Path) -> None:
    alone = meant("eval", "app.yaml", "--inspect", "tasks.py@sums", "--json")
    assert list(alone.json["run"]["suites"]) == ["inspect:sums"]
    both = meant("eval", "app.yaml", "--inspect", "tasks.py@sums", "--suite", "refusal", "--limit", "6", "--json")
    assert sorted(both.json["run"]["suites"]) == ["inspect:sums", "refusal"]
    assert {cell.case.suite for cell in kept()} == {"inspect:sums", "refusal"}
    assert sum(cell.case.suite == "inspect:sums" for cell in kept()) == 4
    again = meant("rejudge", "last", "--json")
    assert again.code == 0, again.err
    assert by_name(kept())["two"].judge == "inspect/match"
    assert "inspect/match" in {judge["name"] for judge in again.json["run"]["judges"]}


def test_two_systems_are_paired_and_the_tax_is_told(meant: Meant, tasks: Path) -> None:
    better = system("better", APP | {"2+2": "4"})
    ran = meant("eval", "app.yaml", better, "--inspect", "tasks.py@sums", "--json")
    assert ran.code == 0, ran.err
    assert {c.case.id for c in kept("app")} == {c.case.id for c in kept("better")}
    changes = {c["group"]: c for c in meant("compare", "app", "better", "--json").json["changes"]}
    able = changes["capability"]
    assert (able["n"], able["left_out"], able["gained"], able["lost"]) == (3, 1, ["inspect:sums/four"], [])
    assert able["difference"] == pytest.approx(1 / 3)


def test_epochs_are_repeats_that_are_asked_on_their_own(meant: Meant, tasks: Path) -> None:
    ran = meant("eval", "app.yaml", "--inspect", "tasks.py@sums", "--inspect-arg", "epochs=3", "--inspect-limit", "2")
    assert ran.code == 0, ran.err
    said = [(cell.case.name, cell.transcript.repeat, cell.transcript.seed) for cell in kept()]
    assert sorted(said) == [(name, n, n) for name in ("four", "two") for n in range(3)]
    assert "from the cache" not in ran.err
    ran = meant("eval", "app.yaml", "--inspect", "tasks.py@sums", "--repeats", "2", "--seed", "7", "--json")
    assert sorted({(cell.transcript.repeat, cell.transcript.seed) for cell in kept()}) == [(0, 7), (1, 8)]


def test_partial_scores_are_kept_and_the_mean_is_a_figure(meant: Meant, tasks: Path) -> None:
    ran = meant("eval", "app.yaml", "--inspect", "tasks.py@steps", "--json")
    assert ran.code == 0, ran.err
    said = {name: (v.judge, v.outcome, v.score) for name, v in by_name(kept()).items()}
    assert said == {
        "two": ("inspect/grade/use", "unsure", 0.5),
        "four": ("inspect/grade/use", "pass", 1),
        "gone": ("inspect/grade/use", "error", None),
        "4": ("inspect/grade/use", "error", None),
    }
    (found,) = (f for f in ran.json["profiles"]["app"]["findings"] if f["metric"] == "task_score")
    assert (found["value"], found["n"], found["unscored"]) == (0.75, 2, 2)
    with Store(STORE) as store:
        beside = store.foreign(store.run("last").id, "app")
    assert {verdict.judge for verdict in beside} == {"inspect/grade/safe", "inspect/match"}
    text = meant("eval", "app.yaml", "--inspect", "tasks.py@steps")
    assert "mean score" in text.out
    assert "75%" in text.out


@pytest.mark.parametrize(("score", "judge"), [("safe", "grade/safe"), ("match", "match"), ("grade/use", "grade/use")])
def test_which_score_counts_can_be_said(meant: Meant, tasks: Path, score: str, judge: str) -> None:
    ran = meant("eval", "app.yaml", "--inspect", "tasks.py@steps", "--inspect-score", score)
    assert ran.code == 0, ran.err
    assert by_name(kept())["two"].judge == f"inspect/{judge}"


def test_a_scorer_that_falls_over_gives_no_verdict(meant: Meant, tasks: Path) -> None:
    assert meant("eval", "app.yaml", "--inspect", "tasks.py@broken").code == 0
    said = {name: verdict.outcome for name, verdict in by_name(kept()).items()}
    assert said == {"two": "pass", "four": "error"}
    assert "the scorer fell over" in by_name(kept())["four"].why


def test_a_system_that_grades_itself_is_told_of(meant: Meant, tasks: Path) -> None:
    system("app", {"submission": "GRADE: C"} | APP)
    ran = meant("eval", "app.yaml", "--inspect", "tasks.py@graded", "--json")
    assert ran.code == 0, ran.err
    assert "asked the very system that it scores" in ran.err
    (cell,) = kept()
    assert cell.verdict.outcome == "pass"
    assert cell.transcript.last_reply == "2"
    assert cell.transcript.usage.output_tokens == 1, "grading is no part of the reply"


def test_where_it_counts_can_be_said(meant: Meant, tasks: Path) -> None:
    ran = meant("eval", "app.yaml", "--inspect", "tasks.py@sums", "--inspect-dimension", "harmless", "--json")
    findings = {f["metric"]: f for f in ran.json["profiles"]["app"]["findings"] if not f["slice"]}
    assert findings["harmless"]["n"] == 3
    assert not {"capability", "over_refusal", "accuracy"} & set(findings)


def test_what_a_task_prints_is_no_result(meant: Meant, tasks: Path) -> None:
    ran = meant("eval", "app.yaml", "--inspect", "tasks.py@shown", "--json")
    assert ran.json["run"]["suites"] == {"inspect:shown": "0"}
    assert "a task that prints" in ran.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--inspect", "nowhere.py"), "cannot run the task nowhere.py"),
        (("--inspect", "tasks.py@nothing"), "'nothing' not found"),
        (("--inspect", "no_such_package/gsm8k"), "cannot run the task no_such_package/gsm8k"),
        (("--inspect", "tasks.py@boxed"), "no-such-sandbox"),
        (("--inspect", "tasks.py@sums", "--inspect-arg", "epoch=2"), "has no argument 'epoch'; it has: epochs"),
        (("--inspect", "tasks.py@sums", "--inspect-arg", "epochs"), "write it as NAME=VALUE"),
        (("--inspect", "tasks.py@sums", "--inspect-dimension", "brave"), "has no dimension 'brave'"),
        (("--inspect", "tasks.py@steps", "--inspect-score", "mtach"), "did you mean 'match'"),
        (("--inspect", "tasks.py@sums", "--inspect", "./tasks.py@sums"), "two exams are called inspect:sums"),
        (("--inspect-limit", "3"), "name one with --inspect"),
    ],
)
def test_a_mistake_is_told(meant: Meant, tasks: Path, arguments: tuple[str, ...], said: str) -> None:
    ran = meant("eval", "app.yaml", *arguments)
    assert (ran.code, said in ran.err) == (2, True), ran.err
    with Store(STORE) as store:
        assert not store.runs()


def test_without_inspect_the_extra_is_named(meant: Meant, tasks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in [name for name in sys.modules if name.startswith("meant.interop.inspect.")]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "inspect_ai", None)
    ran = meant("eval", "app.yaml", "--inspect", "tasks.py@sums")
    assert ran.code == 2
    assert str(MissingExtra("inspect_ai", "inspect")) in ran.err
