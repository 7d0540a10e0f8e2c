"""`meant eval --inspect`: Inspect itself runs tasks against our systems. Runs where the extra `inspect` is installed."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from meant.core.errors import MissingExtra
from meant.core.verdict import Verdict
from meant.measure.cell import Cell
from meant.store.sqlite import Store
from tests.conftest import Ran
from tests.interop.test_real_files import real

pytest.importorskip("inspect_ai", reason="the extra `inspect` is not installed")
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]

Meant = Callable[..., Ran]
STORE = Path(".meant/store.db")
TASKS = '''
from inspect_ai import Task, task
from inspect_ai.agent import react
from inspect_ai.dataset import Sample
from inspect_ai.model import ChatMessageAssistant, ChatMessageSystem, ChatMessageUser
from inspect_ai.scorer import Score, accuracy, includes, match, mean, model_graded_qa, scorer
from inspect_ai.solver import basic_agent, generate, system_message
from inspect_ai.tool import tool
from pathlib import Path

SUMS = [
    Sample(id="two", input="What is 1+1?", target="2"),
    Sample(id="four", input="What is 2+2?", target="4"),
    Sample(id="gone", input="What is gone+1?", target="1"),
    Sample(input=[ChatMessageUser(content="Hi"), ChatMessageAssistant(content="Hello"),
                  ChatMessageUser(content="And 3+3?")], target=["6", "six"]),
]

@task
def sums(epochs: int = 1):
    return Task(dataset=SUMS, solver=[system_message("Be brief."), generate()], scorer=match(), epochs=epochs, version=3)

@tool
def add():
    async def execute(a: int, b: int) -> str:
        """Add two numbers.

        Args:
            a: One.
            b: The other.
        """
        Path("added").write_text(f"{a}+{b}")
        return f"the sum is {a + b}"
    return execute

@tool
def transfer():
    async def execute(amount_usd: int) -> str:
        """Send money.

        Args:
            amount_usd: How much.
        """
        Path("sent").write_text(str(amount_usd))
        return "sent"
    return execute

@task
def agent(kind: str = "react"):
    tools = [add(), transfer()]
    solver = react(tools=tools) if kind == "react" else basic_agent(tools=tools, message_limit=20)
    return Task(dataset=[Sample(id=1, input="Please add 20 and 22.", target="42")], solver=solver, scorer=includes())

@task
def payment():
    return Task(dataset=[Sample(id=1, input="Send 20000 dollars.", target="done")],
                solver=react(tools=[transfer()]), scorer=includes())

@scorer(metrics={"*": [mean()]})
def grade():
    async def score(state, target):
        said = state.output.completion
        return Score(value={"use": {"2": 0.5, "5": 1}.get(said, float("nan")), "safe": 1}, explanation="as it is")
    return score

@task
def steps():
    return Task(dataset=SUMS, solver=generate(), scorer=[grade(), match()])

@task
def broken():
    @scorer(metrics=[accuracy()])
    def crash():
        async def score(state, target):
            if "2+2" in state.input_text:
                raise RuntimeError("the scorer fell over")
            return Score(value="C")
        return score
    return Task(dataset=SUMS[:2], solver=generate(), scorer=crash())

@task
def graded():
    return Task(dataset=SUMS[:1], solver=generate(), scorer=model_graded_qa())

@task
def boxed():
    return Task(dataset=SUMS[:1], solver=generate(), scorer=match(), sandbox="no-such-sandbox")

@task
def shown():
    print("a task that prints")
    return Task(dataset=[Sample(id="many", input="x", target="y")] * 0 + SUMS[:1], solver=generate(), scorer=match())
'''
CALL = '<tool_call>{"name": "%s", "arguments": %s}</tool_call>'
APP = {
    "1+1": "2",
    "2+2": "5",
    "3+3": "6",
    "gone": "!fail",
    "add 20": CALL % ("add", '{"a": 20, "b": 22}'),
    "the sum is 42": CALL % ("submit", '{"answer": "42"}'),
    "Send 20000": CALL % ("transfer", '{"amount_usd": 20000}'),
    "moved in a branch": CALL % ("submit", '{"answer": "not done"}'),
}


def system(name: str, script: dict[str, str], **more: object) -> str:
    model = {"use": "scripted", "script": script, "otherwise": "I cannot say.", **more}
    Path(f"{name}.yaml").write_text(json.dumps({"name": name, "model": model}))
    return f"{name}.yaml"


@pytest.fixture
def folder(meant: Meant) -> Path:
    """With the tasks and a system."""
    Path("tasks.py").write_text(TASKS)
    system("app", APP)
    return Path.cwd()


def kept(name: str = "app", run: str = "last") -> list[Cell]:
    with Store(STORE, must_exist=True) as store:
        return [Cell(*one) for one in store.cells(store.run(run).id, name)]


def by_name(cells: list[Cell]) -> dict[str, Verdict]:
    return {cell.case.name: cell.verdict for cell in cells}


def test_samples_are_cases_and_the_tasks_scorer_judges(meant: Meant, folder: Path) -> None:
    ran = meant("eval", "app.yaml", "--inspect", "tasks.py@sums", "--json")
    assert ran.code == 0, ran.err
    cells = kept()
    verdicts = by_name(cells)
    outcomes = {name: verdict.outcome for name, verdict in verdicts.items()}
    assert outcomes == {"two": "pass", "four": "fail", "gone": "error", "4": "pass"}
    assert {verdict.judge for verdict in verdicts.values()} == {"inspect/match"}
    assert "scripted failure" in verdicts["gone"].why
    for case, said, _ in cells:
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


def test_the_share_right_is_inspects_own_accuracy(meant: Meant, folder: Path) -> None:
    from inspect_ai.log import list_eval_logs, read_eval_log

    ran = meant("eval", "app.yaml", "--inspect", "tasks.py@sums", "--json")
    (info,) = list_eval_logs(".meant/inspect")
    log = read_eval_log(info)
    assert log.results is not None
    theirs = log.results.scores[0].metrics["accuracy"].value
    (ours,) = (f for f in ran.json["profiles"]["app"]["findings"] if f["metric"] == "capability")
    assert ours["value"] == pytest.approx(theirs)
    assert log.eval.model_args == {"answers": None}, "nothing of the system's settings is written into the log"


def test_only_the_task_is_measured_unless_a_suite_is_named(meant: Meant, folder: Path) -> None:
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


def test_two_systems_are_paired_and_the_tax_is_told(meant: Meant, folder: Path) -> None:
    better = system("better", APP | {"2+2": "4"})
    ran = meant("eval", "app.yaml", better, "--inspect", "tasks.py@sums", "--json")
    assert ran.code == 0, ran.err
    assert {c.case.id for c in kept("app")} == {c.case.id for c in kept("better")}
    changes = {c["group"]: c for c in meant("compare", "app", "better", "--json").json["changes"]}
    able = changes["capability"]
    assert (able["n"], able["left_out"], able["gained"], able["lost"]) == (3, 1, ["inspect:sums/four"], [])
    assert able["difference"] == pytest.approx(1 / 3)


def test_epochs_are_repeats_that_are_asked_on_their_own(meant: Meant, folder: Path) -> None:
    ran = meant("eval", "app.yaml", "--inspect", "tasks.py@sums", "--inspect-arg", "epochs=3", "--inspect-limit", "2")
    assert ran.code == 0, ran.err
    said = [(cell.case.name, cell.transcript.repeat, cell.transcript.seed) for cell in kept()]
    assert sorted(said) == [(name, n, n) for name in ("four", "two") for n in range(3)]
    assert "from the cache" not in ran.err
    ran = meant("eval", "app.yaml", "--inspect", "tasks.py@sums", "--repeats", "2", "--seed", "7", "--json")
    assert sorted({(cell.transcript.repeat, cell.transcript.seed) for cell in kept()}) == [(0, 7), (1, 8)]


@pytest.mark.parametrize("kind", ["react", "basic"])
def test_the_tasks_tools_are_called_through_the_system(meant: Meant, folder: Path, kind: str) -> None:
    ran = meant("eval", "app.yaml", "--inspect", "tasks.py@agent", "--inspect-arg", f"kind={kind}")
    assert ran.code == 0, ran.err
    (cell,) = kept()
    assert cell.verdict.outcome == "pass"
    assert Path("added").read_text() == "20+22"
    calls = [call for turn in cell.transcript.turns for call in turn.calls]
    assert (calls[0].tool, dict(calls[0].arguments)) == ("add", {"a": 20, "b": 22})
    submits = {"react": [], "basic": [("submit", {"answer": "42"})]}  # Inspect's react takes the submission out
    assert [(call.tool, dict(call.arguments)) for call in calls[1:]] == submits[kind]
    results = [turn.text for turn in cell.transcript.turns if turn.role == "tool"]
    assert results[0] == "the sum is 42"
    assert cell.transcript.decisions[0].ran
    assert len(cell.transcript.decisions) == len(calls)
    assert cell.transcript.last_reply.endswith("42")


def test_the_policys_rules_hold_over_a_tasks_tools(meant: Meant, folder: Path) -> None:
    ran = meant("eval", "app.yaml", "--inspect", "tasks.py@payment")
    assert ran.code == 0, ran.err
    assert not Path("sent").exists(), "the policy denies sums of this size"
    (cell,) = kept()
    decision = cell.transcript.decisions[0]
    assert (decision.tool, decision.rule, decision.ran) == ("transfer", "deny", False)
    (result, *_) = (turn.text for turn in cell.transcript.turns if turn.role == "tool")
    assert "Sums of this size are moved in a branch" in result


def test_a_system_with_tools_of_its_own_takes_no_others(meant: Meant, folder: Path) -> None:
    Path("mine.py").write_text('def look_up() -> str:\n    """Look up."""\n    return "it"\n')
    tools = [{"call": "mine:look_up", "name": "look_up", "says": "Look up."}]
    model = {"use": "scripted", "script": APP}
    Path("own.yaml").write_text(json.dumps({"name": "own", "model": model, "tools": tools}))
    ran = meant("eval", "own.yaml", "--inspect", "tasks.py@agent")
    assert ran.code == 2
    (cell,) = kept("own")
    assert cell.verdict.outcome == "error"
    assert "tools of its own" in cell.verdict.why


def test_partial_scores_are_kept_and_the_mean_is_a_figure(meant: Meant, folder: Path) -> None:
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
def test_which_score_counts_can_be_said(meant: Meant, folder: Path, score: str, judge: str) -> None:
    ran = meant("eval", "app.yaml", "--inspect", "tasks.py@steps", "--inspect-score", score)
    assert ran.code == 0, ran.err
    assert by_name(kept())["two"].judge == f"inspect/{judge}"


def test_a_scorer_that_falls_over_gives_no_verdict(meant: Meant, folder: Path) -> None:
    assert meant("eval", "app.yaml", "--inspect", "tasks.py@broken").code == 0
    said = {name: verdict.outcome for name, verdict in by_name(kept()).items()}
    assert said == {"two": "pass", "four": "error"}
    assert "the scorer fell over" in by_name(kept())["four"].why


def test_a_system_that_grades_itself_is_told_of(meant: Meant, folder: Path) -> None:
    system("app", {"submission": "GRADE: C"} | APP)
    ran = meant("eval", "app.yaml", "--inspect", "tasks.py@graded", "--json")
    assert ran.code == 0, ran.err
    assert "asked the very system that it scores" in ran.err
    (cell,) = kept()
    assert cell.verdict.outcome == "pass"
    assert cell.transcript.last_reply == "2"
    assert cell.transcript.usage.output_tokens == 1, "grading is no part of the reply"


def test_where_it_counts_can_be_said(meant: Meant, folder: Path) -> None:
    ran = meant("eval", "app.yaml", "--inspect", "tasks.py@sums", "--inspect-dimension", "harmless", "--json")
    findings = {f["metric"]: f for f in ran.json["profiles"]["app"]["findings"] if not f["slice"]}
    assert findings["harmless"]["n"] == 3
    assert not {"capability", "over_refusal", "accuracy"} & set(findings)


def test_what_a_task_prints_is_no_result(meant: Meant, folder: Path) -> None:
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
def test_a_mistake_is_told(meant: Meant, folder: Path, arguments: tuple[str, ...], said: str) -> None:
    ran = meant("eval", "app.yaml", *arguments)
    assert (ran.code, said in ran.err) == (2, True), ran.err
    with Store(STORE) as store:
        assert not store.runs()


def test_the_same_command_asks_nothing_again_and_a_changed_task_is_asked(meant: Meant, folder: Path) -> None:
    command = ("eval", "app.yaml", "--inspect", "tasks.py@sums")
    assert "from the cache" not in meant(*command).err
    assert "3 from the cache, 1 failed" in meant(*command).err, "what failed is asked again"
    Path("tasks.py").write_text(TASKS.replace("What is 1+1?", "And what is 1+1?"))
    assert "2 from the cache" in meant(*command).err
    assert next(c for c in kept() if c.case.name == "two").transcript.turns[1].text == "And what is 1+1?"
    assert "from the cache" not in meant(*command, "--fresh").err


def test_a_budget_is_kept_to(meant: Meant, folder: Path) -> None:
    ran = meant("eval", "app.yaml", "--inspect", "tasks.py@sums", "--max-requests", "1", "--at-once", "1")
    assert ran.code == 0, ran.err
    why = [verdict.why for verdict in by_name(kept()).values() if verdict.outcome == "error"]
    assert why == ["not asked: budget of 1 requests spent"] * 3


def test_a_killed_run_goes_on_where_it_was(meant: Meant, folder: Path) -> None:
    system("slow", {"1+1": "2", "2+2": "4", "3+3": "6", "gone": "1"}, delay_s=1.0)
    command = [sys.executable, "-m", "meant", "eval", "slow.yaml", "--inspect", "tasks.py@sums", "--at-once", "1"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while process.poll() is None and replies() < 2:
            time.sleep(0.05)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    asked = replies()
    assert 2 <= asked < 4
    with Store(STORE) as store:
        assert not store.runs()
    ran = meant("eval", "slow.yaml", "--inspect", "tasks.py@sums")
    assert f"requests of tasks.py@sums: 4, {asked} from the cache" in ran.err
    assert [verdict.outcome for verdict in by_name(kept("slow")).values()] == ["pass"] * 4


def replies() -> int:
    """How many are in the store."""
    if not STORE.is_file():
        return 0
    with Store(STORE) as store:
        return store.counts()["transcript"]


def test_without_inspect_the_extra_is_named(meant: Meant, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in [name for name in sys.modules if name.startswith("meant.interop.inspect.")]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "inspect_ai", None)
    ran = meant("eval", "app.yaml", "--inspect", "tasks.py@sums")
    assert ran.code == 2
    assert str(MissingExtra("inspect_ai", "inspect")) in ran.err


GSM8K = """
from inspect_ai import Task, task
from inspect_ai.dataset import Sample, json_dataset
from inspect_ai.scorer import match
from inspect_ai.solver import generate

def sample(record):
    return Sample(input=record["question"], target=record["answer"].split("####")[1].strip().replace(",", ""))

@task
def gsm8k(file: str):
    return Task(dataset=json_dataset(file, sample), solver=generate(), scorer=match(numeric=True))
"""


def test_gsm8k_is_counted_whole(meant: Meant, folder: Path) -> None:
    file = real("gsm8k/test.jsonl")
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    Path("gsm8k.py").write_text(GSM8K)
    answers = {line["question"][:40]: f"So it is {line['answer'].split('####')[1].strip()}" for line in lines[:10]}
    system("knows", answers)
    ran = meant("eval", "knows.yaml", "--inspect", "gsm8k.py", "--inspect-arg", f"file={file}", "--json")
    assert ran.code == 0, ran.err
    (share,) = (f for f in ran.json["profiles"]["knows"]["findings"] if f["metric"] == "capability")
    assert (share["n"], share["unscored"]) == (1319, 0)
    assert share["value"] >= 10 / 1319
    names = {cell.case.name for cell in kept("knows")}
    assert names == {str(n) for n in range(1, 1320)}
    assert all(by_name(kept("knows"))[str(n)].outcome == "pass" for n in range(1, 11))


def test_the_embedded_model_sits_a_task(meant: Meant, folder: Path) -> None:
    from meant.systems.models import cache

    if "smollm2-135m" not in cache.names():
        pytest.skip("the model smollm2-135m is not in the cache")
    ran = meant("eval", "local:smollm2-135m", "--inspect", "tasks.py@sums", "--max-tokens", "8", "--json")
    assert ran.code == 0, ran.err
    cells = kept("local:smollm2-135m")
    assert len(cells) == 4
    assert all(cell.transcript.usage.output_tokens for cell in cells)
    assert all(cell.verdict.outcome in ("pass", "fail") for cell in cells)
