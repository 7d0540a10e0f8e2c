"""`meant rejudge`: the same transcripts, judged anew, as a run of its own."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from meant.core.policy import Policy
from meant.core.profile import Profile
from meant.store.sqlite import Store

Meant = Callable[..., Any]
FAKE = 'name: fake\nmodel: {use: scripted, otherwise: "I cannot help with that."}\n'


@pytest.fixture
def measured(meant: Meant) -> str:
    Path("fake.yaml").write_text(FAKE)
    return str(meant("eval", "fake.yaml", "--suite", "refusal", "--limit", 30, "--json").json["run"]["id"])


def test_nothing_is_asked_and_figures_agree(meant: Meant, measured: str) -> None:
    with Store(Path(".meant/store.db")) as store:
        before = store.counts()
        old = store.profiles(measured)["fake"]
    ran = meant("rejudge", "--json")
    assert ran.code == 0
    with Store(Path(".meant/store.db")) as store:
        after = store.counts()
        new = store.profiles(ran.json["run"]["id"])["fake"]
    assert after["transcript"] == before["transcript"]
    assert after["run"] == before["run"] + 1
    assert ran.json["run"]["id"] != measured
    assert [f for f in new.findings if f.unit == "rate"] == [f for f in old.findings if f.unit == "rate"]


def test_another_policy_counts_under_its_own_weights(meant: Meant, measured: str) -> None:
    meant("init")
    ran = meant("rejudge", measured, "--policy", "policy.yaml", "--json")
    assert ran.json["policy"]["name"] == "my-assistant"


def test_a_judge_that_does_not_cover_the_cases_is_a_mistake(meant: Meant, measured: str) -> None:
    ran = meant("rejudge", measured, "--judge", "checks")
    assert ran.code == 2
    assert "no judge covers expect" in ran.err
    assert "did you mean 'refusal'?" in meant("rejudge", "--judge", "refusals").err


def test_an_unfinished_run_is_not_rejudged(meant: Meant, measured: str, policy: Policy) -> None:
    with Store(Path(".meant/store.db")) as store:
        record = store.run(measured)
        store.add_run(record.model_copy(update={"id": "unfinished"}), [])
        assert isinstance(store.profiles(measured)["fake"], Profile)
    assert "was not finished" in meant("rejudge", "unfinished").err
