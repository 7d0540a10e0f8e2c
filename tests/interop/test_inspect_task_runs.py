"""`meant eval --inspect` again and again: what is stored, what a kill leaves, real data and a real model."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from meant.store.sqlite import Store
from tests.conftest import Ran
from tests.interop.inspecting import STORE, TASKS, by_name, kept, system
from tests.interop.test_real_files import real

pytest.importorskip("inspect_ai", reason="the extra `inspect` is not installed")
pytestmark = [pytest.mark.inspect, pytest.mark.slow, pytest.mark.filterwarnings("default")]

Meant = Callable[..., Ran]


def test_the_same_command_asks_nothing_again_and_a_changed_task_is_asked(meant: Meant, tasks: Path) -> None:
    command = ("eval", "app.yaml", "--inspect", "tasks.py@sums")
    assert "from the cache" not in meant(*command).err
    assert "3 from the cache, 1 failed" in meant(*command).err, "what failed is asked again"
    Path("tasks.py").write_text(TASKS.replace("What is 1+1?", "And what is 1+1?"))
    assert "2 from the cache" in meant(*command).err
    assert next(c for c in kept() if c.case.name == "two").transcript.turns[1].text == "And what is 1+1?"
    assert "from the cache" not in meant(*command, "--fresh").err


def test_a_budget_is_kept_to(meant: Meant, tasks: Path) -> None:
    ran = meant("eval", "app.yaml", "--inspect", "tasks.py@sums", "--max-requests", "1", "--at-once", "1")
    assert ran.code == 0, ran.err
    why = [verdict.why for verdict in by_name(kept()).values() if verdict.outcome == "error"]
    assert why == ["not asked: budget of 1 requests spent"] * 3


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT], ids=lambda how: how.name)
def test_a_stopped_run_goes_on_where_it_was(meant: Meant, tasks: Path, how: signal.Signals) -> None:
    system("slow", {"1+1": "2", "2+2": "4", "3+3": "6", "gone": "1"}, delay_s=1.0)
    command = [sys.executable, "-m", "meant", "eval", "slow.yaml", "--inspect", "tasks.py@sums", "--at-once", "1"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        while process.poll() is None and replies() < 2:
            time.sleep(0.05)
        process.send_signal(how)
        _, err = process.communicate(timeout=60)
    finally:
        process.kill()
    asked = replies()
    assert 2 <= asked < 4
    assert how == signal.SIGKILL or (process.returncode, "goes on from there" in err) == (130, True), err
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


def test_gsm8k_is_counted_whole(meant: Meant, tasks: Path) -> None:
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


def test_the_embedded_model_sits_a_task(meant: Meant, tasks: Path) -> None:
    from meant.systems.models import cache

    if "smollm2-135m" not in cache.names():
        pytest.skip("the model smollm2-135m is not in the cache")
    ran = meant("eval", "local:smollm2-135m", "--inspect", "tasks.py@sums", "--max-tokens", "8", "--json")
    assert ran.code == 0, ran.err
    cells = kept("local:smollm2-135m")
    assert len(cells) == 4
    assert all(cell.transcript.usage.output_tokens for cell in cells)
    assert all(cell.verdict.outcome in ("pass", "fail") for cell in cells)
