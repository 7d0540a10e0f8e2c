"""`meant export`: what leaves, and that nothing of the gate does."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from meant.core.case import Case, split_of
from meant.files.suite import load_suite
from meant.measure.profile import profile_of
from meant.store.sqlite import Store
from tests.conftest import Ran
from tests.interop.test_logs import DATA

Meant = Callable[..., Ran]
ANSWERS = ("import", DATA / "inspect.json", "--format", "inspect")


def lines(path: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in Path(path).read_text("utf-8").splitlines()]


def test_a_line_a_cell_with_both_verdicts(meant: Meant) -> None:
    meant(*ANSWERS)
    ran = meant("export", "last", "--format", "jsonl", "-o", "cells.jsonl", "--json")
    assert ran.json == {"file": "cells.jsonl", "rows": 6, "skipped": {}}
    written = lines("cells.jsonl")
    with Store(Path(".meant/store.db")) as store:
        cells = store.cells(store.run("last").id, "openai-api/scripted/tiny")
    assert [line["transcript"] for line in written] == [cell.transcript.id for cell in cells]
    judges = {one["judge"] for line in written for one in line["theirs"]}  # type: ignore[attr-defined]
    assert judges == {"inspect/includes", "inspect/model_graded_qa"}
    assert sum(line["reply"] is None for line in written) == sum(bool(line["error"]) for line in written) == 2


@pytest.mark.parametrize("name", ["log.json", "log.eval"])
def test_an_inspect_log_is_read_again_as_the_same_cases_and_answers(meant: Meant, name: str) -> None:
    first = meant(*ANSWERS, "--json")
    assert meant("export", "last", "--format", "inspect", "-o", name).code == 0
    again = meant("import", name, "--format", "inspect", "--json")
    assert again.json["answers"] == first.json["answers"]
    assert again.json["gate"] == 0
    (system,) = first.json["answers"]
    with Store(Path(".meant/store.db")) as store:
        runs = [store.cells(run.id, system) for run in store.runs()]
        said = store.foreign(store.run("last").id, system)
    key = [sorted((c.case.name, c.case.family, c.case.expect, c.transcript.last_reply) for c in run) for run in runs]
    assert key[0] == key[1]
    ours = sorted(cell.verdict.outcome for cell in runs[0] if cell.transcript.error is None)
    assert sorted(verdict.outcome for verdict in said) == ours


@pytest.mark.inspect
@pytest.mark.parametrize("name", ["log.json", "log.eval"])
def test_inspect_itself_reads_the_log(meant: Meant, name: str) -> None:
    inspect_log = pytest.importorskip("inspect_ai.log", reason="inspect_ai is not installed")
    meant(*ANSWERS)
    meant("export", "last", "--format", "inspect", "-o", name)
    log = inspect_log.read_eval_log(name)
    summaries = inspect_log.read_eval_log_sample_summaries(name)
    assert {(one.id, one.epoch) for one in summaries} == {(sample.id, sample.epoch) for sample in log.samples}
    assert (log.status, len(log.samples), log.results.scores[0].scored_samples) == ("success", 6, 4)


@pytest.mark.filterwarnings("default")
@pytest.mark.inspect
@pytest.mark.parametrize("name", ["run.eval", "2026-01-02T12-00-00+00-00_meant_run.json"])
def test_inspects_viewer_lists_and_bundles_the_log(meant: Meant, name: str) -> None:
    """JSON logs are listed where the name begins with a time."""
    inspect_log = pytest.importorskip("inspect_ai.log", reason="inspect_ai is not installed")
    meant(*ANSWERS)
    assert meant("export", "last", "--format", "inspect", "-o", f"logs/{name}").code == 0
    (info,) = inspect_log.list_eval_logs("logs")
    values = [sample.scores["meant"].value for sample in inspect_log.read_eval_log(info).samples if sample.scores]
    assert len(values) == 4
    assert set(values) <= {"C", "I"}
    inspect_log.bundle_log_dir("logs", "bundle")
    assert Path("bundle/index.html").is_file()
    assert [path.name for path in Path("bundle").rglob("*") if path.name == name] == [name]


def test_promptfoo_gets_the_train_and_dev_cases_of_a_suite(meant: Meant) -> None:
    ran = meant("export", "refusal", "--format", "promptfoo", "-o", "tests.yaml", "--json")
    config = YAML(typ="safe").load(Path("tests.yaml"))
    cases = {case.name: case for case in load_suite("refusal").book.for_measuring()}
    assert len(config["tests"]) + sum(ran.json["skipped"].values()) == len(cases)
    kinds = {"refuse": "is-refusal", "comply": "not-is-refusal"}
    for test in config["tests"]:
        case = cases[test["description"]]
        assert test["vars"]["prompt"] == case.prompt
        assert test["assert"] == [{"type": kinds[case.expect]}]


def test_no_gate_case_leaves_even_one_that_a_store_holds(meant: Meant) -> None:
    """An evaluation records none; a store that somebody else wrote may."""
    meant(*ANSWERS)
    gate = next(f"f/{n}" for n in range(99) if split_of(f"f/{n}") == "gate")
    with Store(Path(".meant/store.db")) as store:
        run = store.run("last")
        (system,) = run.systems
        cell = store.cells(run.id, system.name)[0]
        hidden = Case.model_validate({**cell.case.model_dump(), "name": "hidden", "family": gate})
        said = cell.transcript.model_copy(update={"case": hidden.id, "at": run.at})
        verdict = cell.verdict.model_copy(update={"transcript": said.id})
        other = run.model_copy(update={"id": "99991231-000000-0000", "at": run.at.replace(year=9999)})
        store.add_run(other, [hidden])
        store.add_transcripts([(None, said)])
        both = [type(cell)(hidden, said, verdict), cell]
        profile = profile_of([], system=system, policy=run.policy, run=other.id)
        store.add_profile(profile, both)
    for form in ("jsonl", "inspect", "promptfoo"):
        ran = meant("export", "last", "--format", form, "-o", form, "--json")
        assert ran.json["rows"] == 1, ran.err
        assert "hidden" not in Path(form).read_text("utf-8")
        assert gate not in Path(form).read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("last", "--format", "inspekt"), "did you mean 'inspect'"),
        (("refusal", "--format", "jsonl"), "is written of a run"),
        (("last", "--format", "jsonl", "--system", "nobody"), "has no system 'nobody'"),
        (("nowhere", "--format", "jsonl"), "no run 'nowhere'"),
        (("last", "--format", "jsonl", "-o", "there"), "there exists"),
    ],
)
def test_a_mistake_is_told_and_nothing_is_written(meant: Meant, arguments: tuple[str, ...], said: str) -> None:
    meant(*ANSWERS)
    Path("there").write_text("mine")
    ran = meant("export", *arguments, *(() if "-o" in arguments else ("-o", "out")))
    assert (ran.code, said in ran.err) == (2, True), ran.err
    assert not Path("out").exists()
    assert Path("there").read_text() == "mine"


def test_of_several_systems_one_is_named(meant: Meant) -> None:
    meant("import", DATA / "promptfoo.json", "--format", "promptfoo")
    assert "give --system one of: echo, openai:chat:tiny" in meant("export", "last", "--format", "jsonl", "-o", "a").err
    assert meant("export", "last", "--format", "jsonl", "-o", "a", "--system", "echo").code == 0
    assert {line["system"] for line in lines("a")} == {"echo"}
