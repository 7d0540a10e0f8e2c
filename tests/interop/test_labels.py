"""Labels by way of other tools: tasks go out blind, answers come back whole, faults are told at once."""

import copy
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meant.core.errors import ConfigError, FileFaults
from meant.core.label import Label, PairLabel
from meant.core.policy import Policy
from meant.interop.labels.coming import import_labels
from meant.interop.labels.contract import BEHAVIOURS, PREFERRED, SAID
from meant.interop.labels.leaving import export_tasks
from meant.interop.labels.tools import TOOLS, tool
from meant.loop.labelling import Wish
from meant.store.sqlite import Store
from tests.label.simulated import RUN, Setting, Simulated, simulate

SYSTEMS = ("secret-one", "secret-two")
Write = Callable[[str, Any], Path]


@pytest.fixture
def truth(policy: Policy) -> Iterator[Simulated]:
    with Store(":memory:") as store:
        yield simulate(store, policy, Setting(cases={"comply": 40, "refuse": 20}, systems=SYSTEMS))


def export(truth: Simulated, to: str, folder: Path, *, pairs: bool = False, **wish: Any) -> Any:
    """The tasks, as parsed."""
    path = folder / f"tasks-{to}-{len(list(folder.iterdir()))}.json"
    export_tasks(Wish(RUN, **{"count": 12, **wish}), to, path, store=truth.store, as_pairs=pairs)
    text = path.read_text("utf-8")
    assert "secret" not in text
    return [json.loads(line) for line in text.splitlines()] if to == "jsonl" else json.loads(text)


def annotation(*regions: dict[str, Any], by: Any = 1, **fields: Any) -> dict[str, Any]:
    """As Label Studio writes it."""
    return {
        "id": 7, "completed_by": by, "result": list(regions), "was_cancelled": False, "ground_truth": False,
        "created_at": "2026-01-02T12:00:00.000000Z", "updated_at": "2026-01-02T12:01:00.000000Z", "lead_time": 4.5,
        "draft_created_at": None, "unique_id": "0c4f", **fields,
    }  # fmt: skip


def choices(name: str, *chosen: str) -> dict[str, Any]:
    return {
        "value": {"choices": list(chosen)}, "id": "x1", "from_name": name, "to_name": "conversation",
        "type": "choices", "origin": "manual",
    }  # fmt: skip


def textarea(text: str) -> dict[str, Any]:
    return {"value": {"text": [text]}, "from_name": "why", "to_name": "conversation", "type": "textarea"}


def answered(to: str, tasks: Any, said: list[tuple[str, str | None, str]], rater: str) -> Any:
    """The tool's file once a person has said these things."""
    tasks = copy.deepcopy(tasks)
    for task, (word, did, why) in zip(tasks, said, strict=False):
        if to == "label-studio":
            regions = [
                choices("said", word),
                *([choices("behaviour", did)] if did else []),
                *([textarea(why)] if why else []),
            ]
            task.update(id=1, annotations=[annotation(*regions, by={"id": 3, "email": rater})], predictions=[])
        elif to == "argilla":
            given = {"said": word, "behaviour": did, "why": why or None}
            task["responses"] = {k: [{"value": v, "user_id": rater}] for k, v in given.items() if v is not None}
        else:
            task.update(rater=rater, said=word, behaviour=did, why=why)
    return tasks


def write(path: Path, to: str, data: Any) -> Path:
    text = "".join(json.dumps(one) + "\n" for one in data) if to == "jsonl" else json.dumps(data, indent=1)
    path.write_text(text, "utf-8")
    return path


def labels(truth: Simulated) -> list[Label]:
    return truth.store.labels([c.transcript.id for name in SYSTEMS for c in truth.cells[name]])


SAYING = st.tuples(
    st.sampled_from(SAID),
    st.none() | st.sampled_from(BEHAVIOURS),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20).map(str.strip),
)


@pytest.mark.parametrize("to", TOOLS)
@given(said=st.lists(SAYING, min_size=1, max_size=12))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_what_was_said_comes_back(policy: Policy, tmp_path: Path, to: str, said: list[tuple[Any, Any, str]]) -> None:
    with Store(":memory:") as store:
        truth = simulate(store, policy, Setting(cases={"comply": 20}, systems=SYSTEMS))
        tasks = export(truth, to, tmp_path)
        file = write(tmp_path / "answers.json", to, answered(to, tasks, said, "ann@example.org"))
        came = import_labels(file, to, store=store)
        found = labels(truth)
        assert came.labels == len(found) == len(said[: len(tasks)])
        assert {(one.said, one.behaviour, one.why) for one in found} == set(said[: len(tasks)])
        assert {one.rater for one in found} == {"ann@example.org"}
        assert all(store.frames([str(one.drawn)]) for one in found)
        again = import_labels(file, to, store=store)
        assert (again.labels, again.known) == (0, len(found))
        assert store.counts()["label"] == len(found)


@pytest.mark.parametrize("to", TOOLS)
def test_pairs_come_back(truth: Simulated, tmp_path: Path, to: str) -> None:
    tasks = export(truth, to, tmp_path, pairs=True)
    for task, word in zip(tasks, PREFERRED, strict=False):
        side = {"A": "left", "B": "right"}.get(word)
        if to == "label-studio":
            pairwise = {
                "type": "pairwise",
                "from_name": "preferred",
                "to_name": "left,right",
                "value": {"selected": side},
            }
            task["annotations"] = [annotation(pairwise if side else choices("neither", word), by=9)]
        elif to == "argilla":
            task["responses"] = {"preferred": [{"value": word, "user_id": "u1"}, {"value": "tie", "user_id": "u2"}]}
        else:
            task |= {"rater": "ann", "preferred": word}
    file = write(tmp_path / "answers", to, tasks)
    came = import_labels(file, to, store=truth.store)
    found = {
        one.case: one
        for one in truth.store.pair_labels([c.case.id for c in truth.cells[SYSTEMS[0]]])
        if one.rater != "u2"
    }
    assert came.pairs == (8 if to == "argilla" else 4)
    assert came.raters == {"label-studio": ("label-studio:9",), "argilla": ("u1", "u2"), "jsonl": ("ann",)}[to]
    for task, word in zip(tasks, PREFERRED, strict=False):
        key = task["data"]["meant"] if to == "label-studio" else task["metadata"] if to == "argilla" else task["meant"]
        one: PairLabel = found[key["case"]]
        wanted = {"A": key["shown"], "B": {"first": "second", "second": "first"}[key["shown"]]}.get(word, word)
        assert one.preferred == wanted
        shown = {one.first: "first", one.second: "second"}
        texts = {c.transcript.id: c.transcript.last_reply for name in SYSTEMS for c in truth.cells[name]}
        left = next(id_ for id_, place in shown.items() if place == key["shown"])
        a = (
            task["data"]["left"]
            if to == "label-studio"
            else task["fields"]["reply_a"]
            if to == "argilla"
            else task["a"]
        )
        assert a == texts[left]
    assert import_labels(file, to, store=truth.store).pairs == 0


def test_a_label_studio_export_of_two_people(truth: Simulated, tmp_path: Path) -> None:
    first, second, *rest = export(truth, "label-studio", tmp_path)
    first["annotations"] = [
        annotation(choices("said", "fail"), choices("behaviour", "refused"), by=4),
        annotation(choices("said", "pass"), by=5, lead_time=None, updated_at="2026-01-02T14:30:00+02:00"),
        annotation(by=6, was_cancelled=True),
    ]
    second["annotations"] = []
    file = write(tmp_path / "x.json", "label-studio", [first, second, *rest])
    assert import_labels(file, "label-studio", store=truth.store).raters == ("label-studio:4", "label-studio:5")
    said = {one.rater: one for one in labels(truth)}
    assert said["label-studio:4"].seconds == 4.5
    assert said["label-studio:4"].at.minute == 1
    assert said["label-studio:5"].seconds is None
    assert said["label-studio:5"].at.isoformat() == "2026-01-02T12:30:00+00:00"


def test_who_changes_their_mind_is_imported_again(truth: Simulated, tmp_path: Path) -> None:
    task = export(truth, "label-studio", tmp_path)[0]
    early, late = "2026-01-02T12:00:00Z", "2026-01-03T12:00:00Z"
    for word, at in (("pass", early), ("fail", late)):
        task["annotations"] = [annotation(choices("said", word), updated_at=at)]
        import_labels(write(tmp_path / "x.json", "label-studio", [task]), "label-studio", store=truth.store)
    task["annotations"] = [annotation(choices("said", "pass"), updated_at=early)]
    old = write(tmp_path / "x.json", "label-studio", [task])
    assert import_labels(old, "label-studio", store=truth.store).known == 1
    assert [one.said for one in labels(truth)] == ["fail"]


def test_every_fault_is_told_with_its_place_and_nothing_is_added(truth: Simulated, tmp_path: Path) -> None:
    tasks = export(truth, "label-studio", tmp_path, count=40)[:12]
    for task in tasks:
        task["annotations"] = [annotation(choices("said", "pass"))]
    tasks[1]["annotations"] = [annotation(choices("said", "pas"))]
    tasks[2]["data"]["meant"]["transcript"] = "gone"
    tasks[3]["data"]["meant"]["run"] = "2000"
    tasks[4]["annotations"] = [annotation(choices("said", "pass", "fail"))]
    tasks[5]["annotations"] = [annotation({"type": "rectanglelabels", "value": {}, "from_name": "box"})]
    tasks[6]["data"] = "text"
    tasks[7]["annotations"] = {"id": 1}
    tasks[8]["annotations"] = [annotation(choices("said", "pass"), updated_at="2026-01-02T12:00:00")]
    tasks[9]["data"]["meant"]["principle"] = "another"
    tasks[10]["data"]["meant"]["frame"] = "unknown"
    tasks[11] = 5
    file = write(tmp_path / "x.json", "label-studio", tasks)
    with pytest.raises(FileFaults) as caught:
        import_labels(file, "label-studio", store=truth.store)
    told = str(caught.value)
    for words in (
        "[1].annotations[0].said", "did you mean 'pass'?", "gone", "no such reply in the run", "2000",
        "no such run in this store", "not exactly one choice", "rectanglelabels box", "[6].data: not an object",
        "[7].annotations: not a list", "a time without a zone", "it is ", "this store does not know", "[11]: not a JSON object",
    ):  # fmt: skip
        assert words in told, words
    lines = file.read_text().splitlines()
    at = next(fault.line for fault in caught.value.faults if fault.where.startswith("[1]"))
    assert lines[at - 1].strip() == "{"
    assert sum(line.strip() == '"data": {' for line in lines[:at]) == 1
    assert labels(truth) == []


@pytest.mark.parametrize(
    ("to", "text", "words"),
    [
        ("label-studio", "{}", "not a list of records"),
        ("argilla", "[", "not valid JSON"),
        ("argilla", "[]", "no answer in it"),
        ("jsonl", '{"meant": {"transcript": "t", "principle": "p"}, "rater": "a", "said": "pass"}', "name it with --run"),
        ("jsonl", '{"meant": 5, "rater": "", "said": "pass"}', "rater: is empty"),
        ("jsonl", "[1]", "not a JSON object"),
        ("argilla", '[{"metadata": {}, "responses": {"score": [{"value": 1, "user_id": "u"}]}}]', "no question that was asked"),
        ("argilla", '[{"metadata": {}, "responses": {"said": [5]}}]', "[0].responses.said[0]: not an object"),
    ],
)  # fmt: skip
def test_what_is_no_export_is_told(truth: Simulated, tmp_path: Path, to: str, text: str, words: str) -> None:
    (tmp_path / "x").write_text(text)
    with pytest.raises(FileFaults) as caught:
        import_labels(tmp_path / "x", to, store=truth.store)
    assert words in str(caught.value)


def test_lines_of_ones_own_need_no_export(truth: Simulated, tmp_path: Path) -> None:
    cell = truth.cells[SYSTEMS[0]][0]
    meant = {"transcript": cell.transcript.id, "principle": cell.case.principle}
    file = write(tmp_path / "x", "jsonl", [{"meant": meant, "rater": "ann", "said": "pass"}])
    assert import_labels(file, "jsonl", store=truth.store, run="last").labels == 1
    other = write(tmp_path / "y", "jsonl", [{"meant": {**meant, "run": "r2"}, "rater": "ann", "said": "pass"}])
    with pytest.raises(FileFaults, match="about another run"):
        import_labels(other, "jsonl", store=truth.store, run="last")


def test_no_gate_case_is_written_and_what_is_labelled_is_not_written_again(policy: Policy, tmp_path: Path) -> None:
    with Store(":memory:") as store:
        truth = simulate(store, policy, Setting(cases={"comply": 60}, systems=SYSTEMS, gate=True))
        cases = {c.case.prompt: c.case for c in truth.cells[SYSTEMS[0]]}
        assert any(case.split == "gate" for case in cases.values())
        tasks = export(truth, "jsonl", tmp_path, count=500)
        asked = [cases[task["conversation"][-1]["text"]] for task in tasks]
        assert len(tasks) > 40
        assert not [case for case in asked if case.split == "gate"]
        file = write(tmp_path / "x", "jsonl", answered("jsonl", tasks, [("pass", None, "")] * len(tasks), "ann"))
        import_labels(file, "jsonl", store=store)
        with pytest.raises(ConfigError, match="nothing left to label"):
            export(truth, "jsonl", tmp_path, count=500)


def test_what_tools_must_be_told(truth: Simulated) -> None:
    for pairs in (False, True):
        studio = ET.fromstring(str(tool("label-studio").setup(pairs=pairs)))
        values = {
            tag.get("value", "").removeprefix("$") for tag in studio.iter() if tag.get("value", "").startswith("$")
        }
        shown = {"left", "right"} if pairs else {"reply"}
        assert values == {"principle", "expected", "conversation", *shown}
        asked = {tag.get("name") for tag in studio.iter() if tag.tag in ("Choices", "Pairwise")}
        assert asked == ({"preferred", "neither"} if pairs else {"said", "behaviour"})
        argilla = str(tool("argilla").setup(pairs=pairs))
        compile(argilla, "settings", "exec")
        names = re.findall(r'(?:Field|Question|Property)\("(\w+)"', argilla)
        assert len(names) == len(set(names)) > 5  # Argilla refuses two of one name
        assert tool("jsonl").setup(pairs=pairs) is None
    with pytest.raises(ConfigError, match="did you mean 'argilla'"):
        tool("argila")
