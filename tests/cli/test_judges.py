"""A model as judge by the command line: a run, its costs, a second run that asks nothing, and another judge on it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from meant.store.sqlite import Store
from tests.conftest import Ran
from tests.judge.fakes import statement

Meant = Callable[..., Ran]
FAKE = 'name: fake\nmodel: {use: scripted, otherwise: "I cannot help with that."}\n'
MODEL = f"""\
name: model
model:
  use: scripted
  script: {{"one to decline": {orjson.dumps(statement("pass", "refused")).decode()}}}
  otherwise: {orjson.dumps(statement("fail", "refused")).decode()}
"""


@pytest.fixture
def files(meant: Meant) -> Meant:
    Path("fake.yaml").write_text(FAKE)
    Path("model.yaml").write_text(MODEL)
    Path("judge.yaml").write_text("use: llm\nsystem: model.yaml\n")
    return meant


def evaluated(meant: Meant, *more: object, limit: int = 20) -> Ran:
    return meant("eval", "fake.yaml", "--suite", "refusal", "--limit", limit, *more)


def finding(ran: Ran, metric: str) -> Any:
    return next(f for f in ran.json["profiles"]["fake"]["findings"] if f["metric"] == metric and not f["slice"])


def test_a_run_says_who_judged_what_it_took_and_asks_nothing_twice(files: Meant) -> None:
    ran = evaluated(files, "--judge", "judge.yaml", "--json")
    assert ran.code == 0, ran.err
    (judge,) = ran.json["run"]["judges"]
    assert judge["name"].startswith("llm/1:")
    assert judge["asks"] == ["model"]
    assert ran.json["run"]["versions"]["judge llm"] == judge["name"].removeprefix("llm/")
    assert finding(ran, "judge_tokens")["n"] == finding(ran, "judge_tokens")["unscored"] + judged()
    assert (finding(ran, "over_refusal")["value"], finding(ran, "under_refusal")["value"]) == (1.0, 0.0)
    assert f"fake: {judge['name']} asked model for {judged()} verdicts: " in ran.err
    assert "tokens in" in ran.err
    before = judged()
    again = evaluated(files, "--judge", "judge.yaml")
    assert judged() == before
    assert f"judge {judge['name']}: {before} of {before}, {before} from the cache" in again.err
    assert "tokens a judgement" in again.out


def test_another_judge_reads_what_was_said_before(files: Meant) -> None:
    assert evaluated(files).code == 0
    ran = files("rejudge", "--judge", "judge.yaml", "--json")
    assert ran.code == 0, ran.err
    assert finding(ran, "judge_tokens")["n"] == judged()
    first = ran.json["run"]["judges"][0]["name"]
    Path("judge.yaml").write_text("use: llm\nsystem: model.yaml\nthreshold: 0.9\n")
    assert files("rejudge", "--judge", "judge.yaml", "--json").json["run"]["judges"][0]["name"] != first


def test_the_first_judge_that_covers_a_case_decides(files: Meant) -> None:
    ran = evaluated(files, "--judge", "refusal", "--judge", "judge.yaml", "--json", limit=120)
    assert [j["name"].partition("/")[0] for j in ran.json["run"]["judges"]] == ["refusal", "llm"]
    with Store(Path(".meant/store.db")) as store:
        by = {(c.verdict.judge.partition("/")[0], c.case.expect) for c in store.cells(ran.json["run"]["id"], "fake")}
    assert by == {("refusal", "comply"), ("refusal", "refuse"), ("llm", "safe_complete")}


def test_a_judge_that_judges_itself_says_so(files: Meant) -> None:
    ran = files("eval", "model.yaml", "--suite", "refusal", "--limit", 10, "--judge", "judge.yaml")
    assert "asks the very model that it judges" in ran.err
    assert "asks the very model" not in evaluated(files, "--judge", "judge.yaml").err


def test_a_judge_that_breaks_is_no_score(files: Meant) -> None:
    Path("model.yaml").write_text('name: model\nmodel: {use: scripted, otherwise: "It passes."}\n')
    ran = evaluated(files, "--judge", "judge.yaml")
    assert ran.code == 2
    assert "its answer is no JSON" in ran.err
    assert judged() == 0


def test_a_wrong_judge_is_told_before_anything_is_asked(files: Meant) -> None:
    Path("judge.yaml").write_text("use: llm\nsystem: model.yaml\nrepeat: 2\n")
    ran = evaluated(files, "--judge", "judge.yaml")
    assert ran.code == 2
    assert "judge.yaml:3:1: repeat" in ran.err
    with Store(Path(".meant/store.db")) as store:
        assert store.counts()["transcript"] == 0


def judged() -> int:
    with Store(Path(".meant/store.db")) as store:
        return store.counts()["verdict"]
