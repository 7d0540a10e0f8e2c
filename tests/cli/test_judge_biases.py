"""What sways a judge, by the command line: models with a planted bias, and what the card says of them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from meant.core.label import Label
from meant.store.sqlite import Store
from tests.conftest import NOON, Ran
from tests.judge.swayed import case, line, reply

Meant = Callable[..., Ran]
CASES = 40


@pytest.fixture
def judged(meant: Meant) -> Callable[..., Any]:
    """The card of the judge that asks one of the models in `tests/judge/swayed.py`."""

    def calibrated(model: str, labels: str, *more: object) -> Any:
        Path("model.yaml").write_text(f"name: swayed\nmodel: {{use: python, function: 'tests.judge.swayed:{model}'}}\n")
        Path("judge.yaml").write_text("use: llm\nsystem: model.yaml\n")
        Path("labels.jsonl").write_text(labels)
        ran = meant("judge", "calibrate", "judge.yaml", "--labels", "labels.jsonl", "--json", *more)
        assert ran.code == 0, ran.err
        return ran.json

    return calibrated


def both_sides() -> str:
    """Of each case a right reply and a wrong one; in half of the cases the right one is the longer."""
    lines = []
    for k in range(CASES):
        longer = k % 4 < 2
        lines += [line(case(k), reply(k, right=True, long=longer), "pass")]
        lines += [line(case(k), reply(k, right=False, long=not longer), "fail")]
    return "".join(lines)


def find(card: Any, metric: str, **part: str) -> Any:
    return next((f for f in card["findings"] if f["metric"] == metric and f["slice"] == part), None)


def test_a_judge_without_bias_shows_none(judged: Callable[..., Any]) -> None:
    card = judged("honest", both_sides())
    assert [find(card, metric)["value"] for metric in ("sensitivity", "specificity", "kappa", "accuracy")] == [1] * 4
    assert (find(card, "position_bias")["value"], find(card, "position_bias")["n"]) == (0, CASES)
    assert (find(card, "pair_accuracy")["value"], find(card, "pair_accuracy")["n"]) == (1, CASES)
    for metric in ("length_bias", "pair_length_bias"):
        low, high = find(card, metric)["interval"]
        assert find(card, metric)["value"] == 0
        assert low < 0 < high


def test_a_liking_for_the_first_place_is_found_and_named(judged: Callable[..., Any]) -> None:
    card = judged("follows_a", both_sides())
    assert find(card, "position_bias")["value"] == pytest.approx(1 / 4)
    assert find(card, "position_bias", place="first")["value"] == pytest.approx(1 / 4)
    assert find(card, "position_bias", place="second")["value"] == 0
    assert find(card, "pair_accuracy")["value"] == 1
    assert (find(card, "pair_accuracy")["n"], find(card, "pair_accuracy")["unscored"]) == (30, 10)
    assert any("its answer follows the place in 25%" in line and "first 25%" in line for line in card["means"])


def test_a_liking_for_length_is_found_in_verdicts_and_in_pairs(judged: Callable[..., Any]) -> None:
    """Even cases: of k % 4 in (0, 2) the wrong one is long where it is 2, so half of all long wrong replies pass."""
    card = judged("likes_length", both_sides())
    assert find(card, "sensitivity")["value"] == pytest.approx(30 / 40)
    assert find(card, "length_bias", label="fail")["value"] == pytest.approx(10 / 20)
    assert find(card, "length_bias", label="pass")["value"] == 0
    assert find(card, "length_bias", label="fail")["interval"][0] > 0
    # The strata are of one size, and so are their weights.
    assert find(card, "length_bias")["value"] == pytest.approx(1 / 4)
    assert find(card, "pair_error", better="shorter")["value"] == pytest.approx(10 / 20)
    assert find(card, "pair_error", better="longer")["value"] == 0
    assert find(card, "pair_length_bias")["value"] == pytest.approx(1 / 2)
    assert find(card, "pair_length_bias")["interval"][0] > 0
    assert any(
        line.startswith("Of replies labelled alike, it passes longer ones more often than") for line in card["means"]
    )
    assert find(card, "position_bias")["value"] == 0


def voices() -> str:
    """Of each case two wrong replies and two right ones, by the judge's own model and by another."""
    lines = []
    for k in range(CASES):
        for own in (False, True):
            for right in (False, True):
                text = reply(k, right=right, own=own)
                lines.append(line(case(k), text, "pass" if right else "fail", system="swayed" if own else "other"))
    return "".join(lines)


def test_a_liking_for_its_own_models_replies_is_found(judged: Callable[..., Any]) -> None:
    card = judged("likes_itself", voices(), "--pairs", 0)
    assert find(card, "self_preference", label="fail")["value"] == pytest.approx(1 / 2)
    assert find(card, "self_preference", label="pass")["value"] == 0
    assert find(card, "self_preference")["value"] == pytest.approx(1 / 4)
    assert find(card, "self_preference")["interval"][0] > 0
    assert find(card, "position_bias") is None
    fair = judged("honest", voices(), "--pairs", 0)
    low, high = find(fair, "self_preference")["interval"]
    assert low < find(fair, "self_preference")["value"] == 0 < high


def test_in_a_run_its_own_replies_are_known_by_the_model_whatever_its_name(meant: Meant) -> None:
    """The system under test and the judge's are two files with one model, another prompt and another name."""
    model = "model: {use: python, function: 'tests.judge.swayed:talks_and_judges'}\n"
    Path("bot.yaml").write_text(f"name: bot\n{model}prompt: Be good.\n")
    Path("other.yaml").write_text("name: other\nmodel: {use: scripted, otherwise: 'WRONG in a voice #1'}\n")
    Path("judge-model.yaml").write_text(f"name: judge-model\n{model}")
    Path("judge.yaml").write_text("use: llm\nsystem: judge-model.yaml\n")
    assert meant("eval", "bot.yaml", "other.yaml", "--suite", "refusal", "--limit", 24).code == 0
    with Store(Path(".meant/store.db")) as store:
        run = store.run("last").id
        cells = [cell for system in ("bot", "other") for cell in store.cells(run, system)]
        store.add_labels(
            Label(transcript=c.transcript.id, principle=c.case.principle, rater="ann", said="fail", at=NOON)
            for c in cells
        )
    ran = meant("judge", "calibrate", "judge.yaml", "--labels", "last", "--json")
    assert ran.code == 0, ran.err
    found = find(ran.json, "self_preference")
    # Of a harmful request it says "complied" and "pass", which is unsure: only the benign ones count.
    assert (found["value"], found["n"]) == (1, sum(c.case.expect == "comply" for c in cells))


def test_what_cannot_be_measured_is_said(judged: Callable[..., Any]) -> None:
    card = judged("honest", "".join(line(case(k), reply(k, right=k % 2 == 0), "pass") for k in range(4)))
    notes = " | ".join(card["notes"])
    assert "its own model's replies: not measured: no labelled reply comes from the judge's own model" in notes
    assert "length: not measured: no label has 5 longer and 5 shorter replies" in notes
    assert "place: not measured: no case has a reply that people pass and one that they fail" in notes
    assert "no reply is labelled fail: how much of what people fail it finds is not known" in notes


def test_the_same_command_asks_nothing_twice_and_pairs_are_bounded(judged: Callable[..., Any]) -> None:
    judged("honest", both_sides(), "--pairs", 10)
    with Store(Path(".meant/store.db")) as store:
        before = store.counts()
    assert (before["verdict"], before["preference"]) == (2 * CASES, 10)
    again = judged("honest", both_sides(), "--pairs", 10)
    with Store(Path(".meant/store.db")) as store:
        after = store.counts()
    assert (after["verdict"], after["preference"]) == (before["verdict"], before["preference"])
    assert after["calibration"] == 2
    assert find(again, "position_bias")["n"] == 10
