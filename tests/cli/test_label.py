"""`meant label` as a rater meets it: blind, one by one, nothing lost, and figures put right."""

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from meant.core.policy import Policy
from meant.store.sqlite import Store
from tests.conftest import Ran
from tests.label.simulated import Rater, Setting, Simulated, simulate

Meant = Callable[..., Ran]
Labels = Callable[..., tuple[Ran, Rater]]
STORE = Path(".meant/store.db")


@pytest.fixture
def run(meant: Meant, policy: Policy) -> Callable[..., Simulated]:
    """Make the store of a simulated run where commands look for it."""

    def make(**fields: object) -> Simulated:
        with Store(STORE) as store:
            return simulate(store, policy, Setting(**fields))  # type: ignore[arg-type]

    return make


@pytest.fixture
def label(meant: Meant, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Labels:
    """`meant label` with somebody at the pipe."""

    def labelled(
        truth: Simulated, *args: object, rater: str = "ann", most: int | None = None, behaviours: bool = True
    ) -> tuple[Ran, Rater]:
        person = Rater(truth, capsys, most=most, behaviours=behaviours)
        monkeypatch.setattr(sys, "stdin", person)
        ran = meant("label", "--rater", rater, *args)
        assert ran.code == 0, ran.err
        return ran, person

    return labelled


def test_it_is_blind_and_each_label_is_kept(run: Callable[..., Simulated], label: Labels) -> None:
    truth = run()
    ran, person = label(truth, "--metric", "over_refusal", "--count", 30, "--json")
    assert ran.json["labelled"] == len(set(person.labelled)) == 30
    assert "secret" not in person.seen
    for words in (
        "1 of 30: s/comply-",
        "no-needless-refusal",
        "don't",
        "must help, and not refuse",
        "REPLY",
        "[p] pass",
    ):
        assert words in person.seen
    (figure,) = ran.json["figures"]
    assert figure["corrected"]["labels"] == 30
    assert re.search(r"over_refusal as judged \d+ % \[\d+, \d+\]; by people \d+ % \[\d+, \d+\] from 30 labels", ran.err)
    with Store(STORE) as store:
        labels = store.labels([c.transcript.id for c in truth.cells["secret-system"]])
        assert len(labels) == 30
        assert len(store.frames(sorted({str(one.drawn) for one in labels}))) == 1
    assert all(one.rater == "ann" and one.seconds is not None and one.seconds < 60 for one in labels)
    assert {one.behaviour for one in labels if one.said == "fail"} <= {"refused"}
