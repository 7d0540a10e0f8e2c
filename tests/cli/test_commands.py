"""The command line as a user meets it: results, messages, exit codes."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from meant.files.policy import load_policy
from meant.files.suite import load_suite
from meant.loop.evaluation import default_suites

Meant = Callable[..., Any]

FAKE = """\
name: {name}
model:
  use: scripted
  otherwise: "{reply}"
prompt: |
  {{{{policy}}}}
"""


@pytest.fixture
def fake(meant: Meant) -> Callable[..., Path]:
    def write(name: str = "fake", reply: str = "I'm sorry, but I can't help with that.") -> Path:
        path = Path(f"{name}.yaml")
        path.write_text(FAKE.format(name=name, reply=reply))
        return path

    return write


def test_help_names_every_command_and_an_unknown_one_is_a_mistake(meant: Meant) -> None:
    assert "Ask systems the cases" in meant("--help").out
    ran = meant("evl")
    assert ran.code == 2
    assert "No such command 'evl'" in ran.err
    assert meant("eval").code == 2


def test_init_check_and_eval_fit_together(meant: Meant, fake: Meant) -> None:
    assert meant("init").out.split() == [
        "policy.yaml", "assistant.yaml", "suites/mine/suite.yaml", "suites/mine/cases.jsonl",
    ]  # fmt: skip
    assert meant("check", "policy.yaml", "suites/mine", fake()).code == 0
    again = meant("init")
    assert again.code == 2
    assert "nothing written" in again.err
    ran = meant("eval", "fake.yaml", "--policy", "policy.yaml", "--suite", "suites/mine", "--json")
    assert ran.code == 0
    found = {f["metric"]: f for f in ran.json["profiles"]["fake"]["findings"] if not f["slice"]}
    assert found["under_refusal"]["value"] == 0
    assert Path(ran.json["report"]).read_text().startswith("<!doctype html>")


@pytest.mark.parametrize("name", ["credit_union", "general_assistant", "tool_agent"])
def test_init_copies_a_builtin_policy_with_a_system_and_cases(meant: Meant, fake: Meant, name: str) -> None:
    ran = meant("init", "--template", name, "--json")
    assert ran.json["written"][:2] == ["policy.yaml", "assistant.yaml"]
    assert meant("check").code == 0
    ran = meant(
        "eval", fake(), "--policy", "policy.yaml", "--suite", "suites/mine", "--suite", name, "--limit", 5, "--json"
    )
    assert ran.code == 0
    assert f"--suite suites/mine --suite {name}" in meant("init", "--template", name, "elsewhere").err
    assert "not one of" in meant("init", "--template", "nope").err


@pytest.mark.parametrize("name", ["general_assistant", "tool_agent"])
def test_a_builtin_policy_is_shown_and_asks_its_own_suite_first(meant: Meant, name: str) -> None:
    assert load_policy(name).name in meant("policy", "show", name).out
    assert default_suites(name) == (name, "capability", "helpful", "honest", "refusal")


def test_check_finds_the_files_of_a_folder_and_tells_all_faults(meant: Meant) -> None:
    meant("init")
    policy = Path("policy.yaml")
    policy.write_text(policy.read_text().replace("severity: critical", "severity: crucial"))
    system = Path("assistant.yaml")
    system.write_text(system.read_text().replace("use: local ", "use: lokal ").replace("max_tokens", "max_token"))
    cases = Path("suites/mine/cases.jsonl")
    cases.write_text(cases.read_text().replace('"expect": "abstain"', '"expect": "abstane"', 1))
    ran = meant("check")
    assert ran.code == 2
    for words in (
        "policy.yaml:20:5: principles[0].severity: not a valid choice (found: crucial)",
        "choose one of: low, medium, high, critical",
        "assistant.yaml:13:3: sampling.max_token: unknown field",
        "did you mean 'max_tokens'?",
        "cases.jsonl:3:",
        "did you mean 'abstain'?",
        "3 faults",
    ):
        assert words in ran.err, words
    assert len(meant("check", "--json").json["faults"]) == 3


def test_a_systems_plugin_faults_have_a_place_too(meant: Meant, fake: Meant) -> None:
    path = fake()
    path.write_text(path.read_text().replace("otherwise", "otherwize"))
    ran = meant("check", path)
    assert ran.code == 2
    assert "fake.yaml:4:3: model.otherwize: provider 'scripted' has no setting 'otherwize'" in ran.err
    assert "did you mean 'otherwise'?" in ran.err


def test_check_where_there_is_nothing(meant: Meant) -> None:
    ran = meant("check")
    assert ran.code == 2
    assert "meant init" in ran.err
    Path("x.txt").write_text("x")
    assert "neither policy, system, judge nor suite" in meant("check", "x.txt").err


def test_a_case_of_a_principle_that_the_policy_lacks(meant: Meant) -> None:
    meant("init")
    cases = Path("suites/mine/cases.jsonl")
    cases.write_text(cases.read_text().replace("our-prices", "our-princes"))
    ran = meant("check", "policy.yaml", "suites/mine")
    assert ran.code == 2
    assert "'our-princes', which the policy lacks" in ran.err


@pytest.mark.parametrize("form", ["markdown", "prompt", "rubric"])
def test_policy_show(meant: Meant, form: str) -> None:
    assert "hurt" in meant("policy", "show", "--as", form).out


def test_policy_show_json_carries_the_id(meant: Meant) -> None:
    data = meant("policy", "show", "--json").json
    assert len(data["id"]) == 16
    assert len(data["principles"]) >= 12


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("nope", "PROVIDER:MODEL"),
        ("opnai:x", "did you mean 'openai'?"),
        ("scripted:x", "takes no model by name"),
        ("missing.yaml", "does not exist"),
    ],
)
def test_systems_that_are_none(meant: Meant, spec: str, words: str) -> None:
    ran = meant("eval", spec)
    assert ran.code == 2
    assert words in ran.err


def test_two_systems_of_one_name(meant: Meant, fake: Meant) -> None:
    path = fake()
    ran = meant("eval", path, path, "--suite", "honest")
    assert ran.code == 2
    assert "two systems are called 'fake'" in ran.err


def test_plus_policy_gives_any_system_the_policys_prompt(meant: Meant, fake: Meant) -> None:
    ran = meant("eval", fake(), f"{fake()}+policy", "--suite", "honest", "--limit", 5, "--json")
    bare, plus = ran.json["run"]["systems"]
    assert plus["name"] == "fake+policy"
    assert plus["prompt"].count("Rules, the most important first:") == 2
    assert bare["fingerprint"] != plus["fingerprint"]


def test_a_system_that_cannot_be_reached_measures_nothing_and_says_so(meant: Meant, fake: Meant) -> None:
    ran = meant("eval", fake(reply="!fail"), "--suite", "honest", "--limit", 20)
    assert ran.code == 2
    assert "nothing was measured of fake" in ran.err
    assert "scripted failure" in ran.err
    assert "not measured" in ran.out


def test_a_budget_is_reported(meant: Meant, fake: Meant) -> None:
    ran = meant("eval", fake(), "--suite", "honest", "--limit", 20, "--max-requests", 5)
    assert ran.code == 0
    assert "budget of 5 requests spent" in ran.err


def test_runs_and_compare(meant: Meant, fake: Meant) -> None:
    missing = meant("runs", "list")
    assert missing.code == 2
    assert "no store at .meant/store.db; `meant eval` makes one" in missing.err
    assert not Path(".meant").exists()
    meant("eval", fake(), fake("kind", "Sure, here is how."), "--suite", "refusal")
    assert "fake, kind" in meant("runs", "list").out
    assert "none in " in meant("runs", "show").out, "one refuses nothing and one everything"
    changes = {c["group"]: c for c in meant("compare", "fake", "kind", "--json").json["changes"]}
    harmless = [c.expect for c in load_suite("refusal").book.for_measuring() if c.dimension == "harmless"]
    assert changes["harmless"]["difference"] == pytest.approx(-harmless.count("refuse") / len(harmless))
    assert changes["helpful"]["difference"] == 1
    assert changes["helpful"]["p"] < 1e-9
    assert changes["helpful"]["p_holm"] is changes["helpful"]["q"] is None
    principles = [c for group, c in changes.items() if group.startswith("principle/") and c["n"]]
    assert principles
    assert all(c["p"] <= c["q"] <= c["p_holm"] <= 1 for c in principles)
    compared = meant("compare", "fake", "kind").out
    assert "harmless" in compared
    assert f"Holm-adjusted over the {len(principles)} of them" in " ".join(compared.split())
    shown = meant("runs", "show", "--json").json
    assert set(shown["profiles"]) == {"fake", "kind"}
    unknown = meant("compare", "fake", "cruel")
    assert unknown.code == 2
    assert "there are: fake, kind" in unknown.err


def test_compare_wants_one_policy_and_shared_cases(meant: Meant, fake: Meant) -> None:
    meant("init")
    meant("eval", fake(), "--suite", "honest", "--limit", 10)
    meant("eval", fake("kind"), "--suite", "helpful", "--limit", 10)
    assert "share no case" in meant("compare", "fake", "kind").err
    meant("eval", fake("third"), "--suite", "honest", "--limit", 10, "--policy", "policy.yaml")
    assert "different policies" in meant("compare", "fake", "third").err


def test_gate_cases_are_never_asked_or_shown(meant: Meant, fake: Meant) -> None:
    from meant.core.case import split_of
    from meant.store.sqlite import Store

    ran = meant("eval", fake(), "--suite", "refusal", "--json")
    with Store(Path(".meant/store.db")) as store:
        families = {c.family for c, *_ in store.cells(ran.json["run"]["id"], "fake")}
    assert {split_of(f) for f in families} == {"train", "dev"}
    seen: list[str] = []
    load_suite("refusal").book.for_gate(lambda cases: seen.extend(c.prompt for c in cases))
    html = Path(ran.json["report"]).read_text()
    assert seen
    assert not [prompt for prompt in seen if json.dumps(prompt)[1:-1] in html]


def spawn(*args: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "meant", *map(str, args)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def replies(database: Path) -> int:
    from meant.store.sqlite import Store

    if not database.exists():
        return 0
    with Store(database) as store:
        return store.counts()["transcript"]


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_killed_eval_goes_on_without_asking_a_case_twice(meant: Meant, fake: Meant, how: signal.Signals) -> None:
    path = fake()
    path.write_text(path.read_text().replace("use: scripted", "use: scripted\n  delay_s: 0.05"))
    args = "eval", path, "--suite", "honest", "--at-once", 2, "--store", "s.db"
    process = spawn(*args)
    deadline = time.monotonic() + 60
    while replies(Path("s.db")) < 20 and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(process.pid, how)
    _, err = process.communicate(timeout=60)
    before = replies(Path("s.db"))
    if how is signal.SIGINT:
        assert process.returncode == 130
        assert "the same command goes on from there" in err
    ran = meant(*args, "--json")
    assert ran.code == 0
    total = sum(f["n"] + f["unscored"] for f in ran.json["profiles"]["fake"]["findings"] if f["metric"] == "suite")
    assert 20 <= before < total
    assert replies(Path("s.db")) == total
    assert f"{before} from the cache" in ran.err


def test_progress_on_a_pipe_is_plain_lines_and_no_colour(fake: Meant) -> None:
    process = spawn("eval", fake(), "--suite", "honest", "--limit", 10)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0
    assert "\x1b" not in out + err
    assert "fake: " in err


def test_a_typo_in_a_command_gets_a_hint(meant: Meant) -> None:
    ran = meant("evil")
    assert ran.code == 2
    assert "did you mean 'eval'?" in ran.err


def test_a_report_that_cannot_be_written_is_told_before_anything_is_asked(meant: Meant, fake: Meant) -> None:
    path = fake()
    for bad in (f"{path}/r.html", "."):
        ran = meant("eval", path, "--suite", "honest", "--report", bad)
        assert ran.code == 2, bad
    assert "cannot write" in meant("eval", path, "--report", f"{path}/r.html").err
    assert not Path(".meant").exists()


def test_a_bug_of_ours_is_no_finding(meant: Meant, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr("meant.cli.check.check_files", broken)
    Path("policy.yaml").write_text("principles:\n")
    ran = meant("check")
    assert ran.code == 3
    assert "a bug in meant" in ran.err
    assert "ZeroDivisionError" in ran.err


def test_the_judge_can_be_chosen(meant: Meant, fake: Meant) -> None:
    ran = meant("eval", fake(), "--suite", "helpful", "--judge", "refusal")
    assert ran.code == 2
    assert "no judge covers expect: checks" in ran.err
    assert meant("eval", fake(), "--suite", "helpful", "--judge", "checks", "--limit", 5).code == 0


def test_no_such_policy_lists_the_builtin_ones(meant: Meant) -> None:
    assert "built in are: credit_union" in meant("policy", "show", "nope").err
