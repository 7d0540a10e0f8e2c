"""`meant label` as a rater meets it: blind, one by one, nothing lost, and figures put right."""

import io
import json
import os
import re
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from meant.core.label import Label
from meant.core.policy import Policy
from meant.stats.intervals import binomial
from meant.store.sqlite import Store
from tests.cli.terminal import Terminal
from tests.conftest import Ran
from tests.label.simulated import RUN, Rater, Setting, Simulated, simulate

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


def labels(truth: Simulated) -> list[Label]:
    ids = [c.transcript.id for cells in truth.cells.values() for c in cells]
    with Store(STORE) as store:
        return store.labels(ids)


def typed(monkeypatch: pytest.MonkeyPatch, keys: Sequence[str]) -> None:
    """What a pipe holds, a line a key."""
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{key}\n" for key in keys)))


def test_the_next_sitting_goes_on_and_counts_what_was_said(run: Callable[..., Simulated], label: Labels) -> None:
    truth = run()
    _, first = label(truth, "--metric", "helpful", "--count", 12, most=5)
    ran, second = label(truth, "--metric", "helpful", "--count", 12)
    assert len(first.labelled) == 5
    assert not {*first.labelled} & {*second.labelled}
    assert "from 17 labels" in ran.err
    assert len(labels(truth)) == 17


def test_raters_share_a_part_and_agree_on_it(run: Callable[..., Simulated], label: Labels) -> None:
    truth = run()
    metric = ("--metric", "over_refusal", "--count", 40, "--overlap", 0.4)
    ran, first = label(truth, *metric, rater="ann")
    assert "no reply has two raters yet" in ran.err
    ran, second = label(truth, *metric, rater="ben")
    both = {*first.labelled} & {*second.labelled}
    assert 8 <= len(both) <= 16
    assert "Cohen's kappa of ann and ben 1.00" in ran.err
    assert f"on {len(both)} replies" in ran.err
    _, third = label(truth, *metric, rater="cleo")
    ran, _ = label(truth, *metric, rater="cleo", most=0)
    assert "Krippendorff's alpha of 3 raters 1.00" in ran.err
    assert "secret" not in first.seen + second.seen + third.seen


def test_raters_with_all_in_common_label_the_same(run: Callable[..., Simulated], label: Labels) -> None:
    truth = run()
    metric = ("--metric", "over_refusal", "--count", 15)
    _, first = label(truth, *metric, "--overlap", 1, rater="ann")
    _, second = label(truth, *metric, "--overlap", 1, rater="ben")
    assert {*first.labelled} == {*second.labelled}
    _, third = label(truth, *metric, "--overlap", 0, rater="cleo")
    assert not {*first.labelled} & {*third.labelled}


def test_agreement_is_told_of_nothing_that_is_still_to_be_labelled(
    run: Callable[..., Simulated], label: Labels, meant: Meant, monkeypatch: pytest.MonkeyPatch
) -> None:
    truth = run()
    label(truth, "--metric", "over_refusal", "--count", 30, "--overlap", 1, rater="ann")
    typed(monkeypatch, ["a", "p", "", "a", "q"])
    ran = meant("label", "--rater", "ben", "--metric", "over_refusal", "--count", 30, "--overlap", 1)
    before, _, after = ran.err.partition("2 of 30")
    assert "no reply has two raters yet" in before
    assert "kappa" not in before
    assert "on 1 reply" in after
    assert "must help" in before


def test_keys(run: Callable[..., Simulated], meant: Meant, monkeypatch: pytest.MonkeyPatch) -> None:
    truth = run()
    keys = ["?", "x", "b", "w", "hard to say\x1b[2J", "f", "t", "u", "b", "p", "x", "p", "c"]
    typed(monkeypatch, keys)
    ran = meant("label", "--rater", "ann", "--metric", "over_refusal", "--count", 9)
    assert ran.code == 0
    for words in (
        "unsure counts in no figure",
        "'x' is no key here",
        "this is the first one of this sitting",
        "3 of 9",
    ):
        assert words in ran.err
    assert "\x1b" not in ran.err
    found = labels(truth)
    assert [(one.said, one.behaviour, one.why) for one in found] == [
        ("fail", "partial", "hard to say\x1b[2J"), ("pass", None, ""), ("pass", "complied", ""),
    ]  # fmt: skip
    with Store(STORE) as store:
        assert store.counts()["label"] == 4


def test_hostile_replies_have_no_power_over_the_terminal(
    meant: Meant, policy: Policy, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("fake.yaml").write_text(
        'name: fake\nmodel: {use: scripted, otherwise: "Sure\\e[2J\\u202e [bold]here[/bold]"}\n'
    )
    assert meant("eval", "fake.yaml", "--suite", "refusal", "--limit", 20).code == 0
    typed(monkeypatch, ["p", "c", "q"])
    ran = meant("label", "--rater", "ann")
    assert "Sure\\x1b[2J\\u202e [bold]here[/bold]" in ran.err
    assert "\x1b" not in ran.err


def test_hostile_names_of_raters_have_none_either(
    run: Callable[..., Simulated], label: Labels, meant: Meant, monkeypatch: pytest.MonkeyPatch
) -> None:
    truth = run(cases={"comply": 4})
    cell = truth.cells["secret-system"][0]
    meant_ = {"transcript": cell.transcript.id, "principle": cell.case.principle}
    line = {"meant": meant_, "rater": "eve\x1b[2J", "said": "pass"}
    Path("x.jsonl").write_text(json.dumps(line))
    came = meant("labels", "import", "x.jsonl", "--from", "jsonl", "--run", "last")
    typed(monkeypatch, ["p", "", "a"] * 3 + ["p"])
    ran = meant("label", "--rater", "ann", "--metric", "over_refusal", "--overlap", 1)
    shown = meant("labels", "show", "--metric", "over_refusal")
    assert "of ann and eve\\x1b[2J" in ran.err
    assert "\x1b" not in came.err + ran.err + shown.out


def test_figures_of_several_systems_take_turns(run: Callable[..., Simulated], label: Labels) -> None:
    truth = run(cases={"comply": 60, "refuse": 60, "answer": 60}, systems=("secret-a", "secret-b"))
    ran, person = label(truth, "--count", 36, "--json")
    figures = ran.json["figures"]
    assert {(f["system"], f["metric"]) for f in figures} == {
        (s, m) for s in ("secret-a", "secret-b") for m in ("helpful", "honest", "harmless")
    }
    assert {f["corrected"]["labels"] for f in figures} == {6}
    assert "secret" not in person.seen
    ran, _ = label(truth, "--count", 6, "--system", "secret-b", "--json")
    assert {f["system"] for f in ran.json["figures"]} == {"secret-b"}


def test_corrected_figures_are_shown_beside_those_as_judged(
    run: Callable[..., Simulated], label: Labels, meant: Meant
) -> None:
    truth = run(cases={"comply": 150, "refuse": 150}, systems=("secret-a", "secret-b"), sees_right=0.7)
    label(truth, "--count", 80, "--metric", "over_refusal", "--metric", "harmless")
    shown = meant("runs", "show", "--report", "r.html")
    assert len(re.findall(r"by people \d+% \[\d+–\d+\] of 20 labels", shown.out)) >= 4
    page = Path("r.html").read_text()
    assert "as judged" in page
    assert "by people" in page
    told = meant("runs", "show", "--json").json["profiles"]["secret-a"]["findings"]
    (over,) = [f for f in told if f["metric"] == "over_refusal" and not f["slice"]]
    assert over["corrected"]["labels"] == 20
    assert over["corrected"]["by"] == "people"
    low, high = over["corrected"]["interval"]
    assert low <= over["corrected"]["value"] <= high
    assert over["value"] > over["corrected"]["value"]  # the judge calls 30 % of the right ones wrong
    compared = meant("compare", "secret-a", "secret-b")
    assert re.search(r"secret-b: over_refusal as judged .*; by people .* from 20 labels", compared.out)
    data = meant("compare", "secret-a", "secret-b", "--json").json
    assert data["corrected"]["secret-a"]["over_refusal"] == over["corrected"]
    with Store(STORE) as store:  # what was recorded stays as judged
        assert not [f for f in store.profiles(RUN)["secret-a"].findings if f.corrected]


def test_planning_names_what_comes_next(run: Callable[..., Simulated], label: Labels, meant: Meant) -> None:
    truth = run()
    metric = ("--metric", "over_refusal", "--count", 20)
    ran = meant("plan", "labels", "--rater", "ann", *metric, "--json")
    (figure,) = ran.json["figures"]
    assert (figure["labels"], figure["halve"]) == (0, None)
    _, person = label(truth, *metric)
    cases = {c.transcript.last_reply: f"s/{c.case.name}" for c in truth.cells["secret-system"]}
    assert sorted(ran.json["next"]) == sorted(cases[f"reply number {n}"] for n in person.labelled)
    (figure,) = meant("plan", "labels", "--rater", "ann", *metric, "--json").json["figures"]
    assert figure["labels"] == 20
    assert 20 < figure["halve"] < 280
    told = meant("plan", "labels", "--rater", "ann", *metric).out
    assert f"about {figure['halve']} more labels would halve its interval" in told
    assert "next for ann:" in told


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--metric", "over_refusl"), "did you mean 'over_refusal'?"),
        (("--metric", "refusal_gap"), "no share 'refusal_gap' to label for"),
        (("--metric", "accuracy"), "has no reply behind accuracy"),
        (("--system", "secret"), "did you mean 'secret-system'?"),
        (("--pairs",), "pairs need two systems"),
        (("20990101",), "no run '20990101'"),
    ],
)
def test_mistakes(run: Callable[..., Simulated], meant: Meant, args: tuple[str, ...], words: str) -> None:
    run()
    ran = meant("label", "--rater", "ann", *args)
    assert ran.code == 2
    assert words in ran.err


def test_pairs(run: Callable[..., Simulated], meant: Meant, monkeypatch: pytest.MonkeyPatch) -> None:
    truth = run(cases={"comply": 30}, systems=("secret-a", "secret-b"))
    typed(monkeypatch, ["x", "a", "b", "t", "u", "z", "w", "near", "u", *["a"] * 21])
    ran = meant("label", "--pairs", "--rater", "ann", "--count", 25, "--json")
    assert ran.code == 0
    for words in ("1 of 25: s/comply-", "[a] A is better", "'x' is no key here", "these are labelled"):
        assert words in ran.err
    assert "secret" not in ran.err.partition("these are labelled")[0]
    with Store(STORE) as store:
        found = store.pair_labels([c.case.id for c in truth.cells["secret-a"]])
    assert len(found) == 25
    assert {one.shown for one in found} == {"first", "second"}
    chosen = [one for one in found if one.preferred in ("first", "second")]
    assert sum(one.preferred == one.shown for one in chosen) == len(chosen) - 1
    told = ran.json["preferred"]
    assert (told["unsure"], told["liking_for_a"][0]) == (1, pytest.approx(22 / 23))
    assert "the reply shown as A preferred: 96 %" in ran.err
    again = meant("label", "--pairs", "--rater", "ann", "--count", 25, "--json")
    assert again.json["labelled"] == 0  # the input has ended
    typed(monkeypatch, ["b"] * 9)
    more = meant("label", "--pairs", "--rater", "ann", "--count", 25, "--json")
    assert more.json["labelled"] == 5


def test_to_another_tool_and_back(run: Callable[..., Simulated], meant: Meant) -> None:
    run()
    left = meant(
        "labels", "export", "last", "tasks.json", "--to", "label-studio", "--metric", "over_refusal", "--count", 30
    )
    assert left.code == 0
    assert left.out.startswith("<View>")
    assert (
        "nothing written, since tasks.json exists"
        in meant("labels", "export", "last", "tasks.json", "--to", "jsonl").err
    )
    meant("labels", "export", "last", "t.jsonl", "--to", "jsonl", "--metric", "over_refusal", "--count", 30, "--json")
    lines = [json.loads(line) for line in Path("t.jsonl").read_text().splitlines()]
    done = [line | {"rater": "ann", "said": "pass"} for line in lines]
    Path("t.jsonl").write_text("".join(json.dumps(line) + "\n" for line in done))
    came = meant("labels", "import", "t.jsonl", "--from", "jsonl", "--json")
    assert came.json["labels"] == len(lines)
    assert "0 labels and 0 preferences added" in meant("labels", "import", "t.jsonl", "--from", "jsonl").err
    shown = meant("labels", "show", "--metric", "over_refusal")
    assert f"ann: {len(lines)} labels" in shown.out
    assert re.search(r"over_refusal as judged .*; by people 0 % .* from \d+ labels", shown.out)
    assert meant("labels", "show", "--json").json["labels"] == {"ann": len(lines)}


@pytest.mark.slow
def test_at_a_terminal_by_single_keys_and_after_a_kill(run: Callable[..., Simulated]) -> None:
    truth = run()
    args = ("label", "--rater", "ann", "--metric", "over_refusal", "--count", "6")
    with Terminal(*args) as terminal:
        shown = terminal.until("[q] quit")
        assert "REPLY" in shown
        assert "secret" not in shown
        terminal.type("f")
        terminal.until("[return] leave open")
        terminal.type("r")
        terminal.until("fail (refused)")
        terminal.until("2 of 6")
        terminal.type("w")
        terminal.until("why: ")
        terminal.type("too short\n")
        terminal.type("p\n")
        terminal.until("3 of 6")
        os.kill(terminal.process.pid, signal.SIGKILL)
        terminal.end()
    assert [(one.said, one.behaviour, one.why) for one in labels(truth)] == [
        ("fail", "refused", ""), ("pass", None, "too short"),
    ]  # fmt: skip
    with Terminal(*args) as terminal:
        terminal.until("1 of 6")
        terminal.type("q")
        terminal.until("0 labels by ann")
        assert terminal.end() == 0
    assert "\x1b" not in terminal.printed


@pytest.mark.slow
def test_fifty_labels_by_the_command_hold_the_truth(
    run: Callable[..., Simulated], label: Labels, tmp_path: Path
) -> None:
    """Over 25 runs: 20 or more hold it, which a method that keeps its 95 % fails once in three thousand times."""
    held, seeds = 0, 25
    for seed in range(seeds):
        STORE.unlink(missing_ok=True)
        truth = run(seed=seed, wrong=0.2, sees_right=0.75)
        ran, person = label(truth, "--metric", "over_refusal", "--count", 50, "--seed", seed, "--json")
        assert len(person.labelled) == 50
        (figure,) = ran.json["figures"]
        low, high = figure["corrected"]["interval"]
        held += low <= 0.2 <= high
        alone = binomial(50 * figure["corrected"]["value"], 50)
        assert high - low <= 1.1 * (alone.high - alone.low)
        assert figure["interval"][0] > 0.2  # as judged it is far off
    assert held >= 20


def test_what_one_is_unsure_of_comes_up_for_another(
    run: Callable[..., Simulated], meant: Meant, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(cases={"comply": 10})
    everything = ("--metric", "over_refusal", "--count", 10, "--overlap", 0, "--json")
    typed(monkeypatch, ["u"] * 10)
    assert meant("label", "--rater", "ann", *everything).json["labelled"] == 10
    assert meant("label", "--rater", "ann", *everything).json["labelled"] == 0
    typed(monkeypatch, ["p", "r"] * 10)
    ran = meant("label", "--rater", "ben", *everything)
    assert ran.json["labelled"] == 10
    assert ran.json["figures"][0]["corrected"]["labels"] == 10
    typed(monkeypatch, ["p", "r"] * 10)
    ran = meant("label", "--rater", "cleo", *everything)
    assert ran.json["labelled"] == 0
    assert "every reply behind these figures has its labels" in ran.err


def test_labels_stay_where_replies_are_judged_again(label: Labels, meant: Meant) -> None:
    """The kinds are those of the verdicts that the replies were drawn by, whatever a later judge says."""
    Path("fake.yaml").write_text('name: fake\nmodel: {use: scripted, otherwise: "I cannot help with that."}\n')
    meant("eval", "fake.yaml", "--suite", "refusal", "--limit", 40)
    meant("labels", "export", "last", "t.jsonl", "--to", "jsonl", "--metric", "over_refusal", "--count", 12)
    lines = [json.loads(line) for line in Path("t.jsonl").read_text().splitlines()]
    done = [line | {"rater": "ann", "said": "fail", "behaviour": "refused"} for line in lines]
    Path("t.jsonl").write_text("".join(json.dumps(line) + "\n" for line in done))
    meant("labels", "import", "t.jsonl", "--from", "jsonl")
    again = meant("rejudge", "--json").json["run"]["id"]
    shown = meant("labels", "show", again, "--metric", "over_refusal", "--json").json
    assert shown["run"] == again
    assert shown["figures"][0]["corrected"]["labels"] == 12
    assert "nobody recorded" not in shown["figures"][0]["corrected"]["method"]
