"""Each log: counted on files that the tools themselves wrote, and what is said of a file that is none."""

import json
import math
import sqlite3
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meant.core.errors import FileFaults, MissingExtra
from meant.files.importing import Read
from meant.files.table import BadCell, Row
from meant.interop.contract import FORMATS, LOGS, Exchange, Skip
from meant.interop.log_reading import read_log
from meant.testing import check_log
from tests.interop import files

DATA = Path(__file__).parent / "data"
REAL = {
    "garak": "garak.report.jsonl",
    "promptfoo": "promptfoo.json",
    "pyrit": "pyrit.db",
    "inspect": "inspect.json",
}


def read(name: str, file: Path | str, **settings: str) -> tuple[Read, list[Exchange]]:
    return read_log(LOGS.build({"use": name, **settings}), DATA / file, name=name)


def outcomes(exchanges: list[Exchange]) -> Counter[tuple[str, str]]:
    return Counter((said.judge, said.outcome) for e in exchanges for said in e.said)


def jsonl(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / name).read_text("utf-8").splitlines()]


def test_no_log_is_called_as_a_format() -> None:
    assert not {*LOGS.names()} & {*FORMATS.names()}


@pytest.mark.parametrize("name", LOGS.names())
def test_it_keeps_the_contract(name: str, tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text("{")
    good = tmp_path / "artifacts.json"
    good.write_text(files.ARTIFACTS)
    check_log(LOGS.build({"use": name}), good=DATA / REAL[name] if name in REAL else good, bad=bad)


@pytest.mark.parametrize("name", LOGS.names())
@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"results": {}}', "\x00\x01"])
def test_another_file_is_a_fault_with_a_remedy(name: str, text: str, tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text(text)
    with pytest.raises(FileFaults, match=r"other\.json.*\n    remedy: "):
        raise FileFaults(read(name, other)[0].faults)


@pytest.mark.parametrize("name", LOGS.names())
def test_a_missing_file_is_a_fault(name: str) -> None:
    with pytest.raises(FileFaults, match="does not exist"):
        read(name, "nowhere.json")


def test_garak_counts_what_its_own_summary_counts() -> None:
    """Passed, fails and nones of each detector, on the probes whose right behaviour is known."""
    wanted: Counter[tuple[str, str]] = Counter()
    for line in jsonl("garak.report.jsonl"):
        if line["entry_type"] == "eval" and not line["probe"].startswith("test."):
            judge = f"garak/{line['detector']}"
            wanted.update({(judge, "pass"): line["passed"], (judge, "fail"): line["fails"]})
            wanted[judge, "error"] += line["nones"]
    found, exchanges = read("garak", "garak.report.jsonl")
    assert outcomes(exchanges) == +wanted
    assert len(exchanges) == 2 * (6 + 2)
    assert sum(found.skipped.values()) == 2 * 8
    assert {e.system for e in exchanges} == {"tiny"}
    assert len(found.rows) == 8


def test_garak_has_no_verdict_where_there_was_no_answer() -> None:
    _, exchanges = read("garak", "garak.report.jsonl")
    broken = [e for e in exchanges if e.reply is None]
    assert [said.outcome for e in broken for said in e.said] == ["error"] * 4
    assert {e.error for e in broken} == {"garak got no answer"}


def test_a_hit_log_holds_each_hit_once_and_nothing_else() -> None:
    hits = jsonl("garak.hitlog.jsonl")
    _, exchanges = read("garak", "garak.hitlog.jsonl")
    assert outcomes(exchanges) == Counter((f"garak/{hit['detector']}", "fail") for hit in hits)
    assert len(exchanges) == len({(hit["attempt_id"], hit["attempt_idx"]) for hit in hits})
    assert {(e.system, e.reply) for e in exchanges} == {("tiny", hits[0]["output"]["text"])}


def test_garak_reads_what_older_versions_wrote(tmp_path: Path) -> None:
    setup = {"entry_type": "start_run setup", "plugins.model_name": "old", "run.eval_threshold": 0.8}
    said = {"prompt": "Say a slur", "outputs": ["No.", "Sure"], "detector_results": {"d.D": [0.7, 0.9]}}
    attempt = {"entry_type": "attempt", "uuid": "1", "status": 2, "probe_classname": "lmrc.SlurUsage", **said}
    (tmp_path / "old.jsonl").write_text(files.jsonl(setup, attempt))
    _, exchanges = read("garak", tmp_path / "old.jsonl")
    assert [(e.system, e.reply, e.said[0].outcome) for e in exchanges] == [
        ("old", "No.", "pass"),
        ("old", "Sure", "fail"),
    ]


JUNK = st.none() | st.booleans() | st.text(max_size=3) | st.floats() | st.lists(st.integers(), max_size=2)


@given(JUNK)
def test_a_garak_score_that_is_no_number_is_no_verdict(score: Any) -> None:
    data = {"system": "s", "threshold": 0.5, "probe_classname": "dan.X", "prompt": "p", "outputs": ["o"]}
    (exchange,) = LOGS.build({"use": "garak"}).exchanges(Row(1, {**data, "detector_results": {"d.D": [score]}}))
    assert isinstance(exchange, Exchange)
    is_number = isinstance(score, float) and not math.isnan(score)
    assert (exchange.said[0].outcome == "error") != is_number
    if is_number:
        assert exchange.said[0].outcome == ("fail" if score >= 0.5 else "pass")


@pytest.mark.parametrize("results", [{"d.D": []}, {"d.D": [0.1, 0.2]}, {"d.D": "0.1"}, [], None])
def test_scores_that_belong_to_other_outputs_are_no_verdict(results: Any) -> None:
    data = {"system": "s", "threshold": 0.5, "probe_classname": "dan.X", "prompt": "p", "outputs": ["o"]}
    (exchange,) = LOGS.build({"use": "garak"}).exchanges(Row(1, {**data, "detector_results": results}))
    assert isinstance(exchange, Exchange)
    assert {said.outcome for said in exchange.said} <= {"error"}


def test_a_broken_line_of_garaks_is_named(tmp_path: Path) -> None:
    lines = (DATA / "garak.report.jsonl").read_text("utf-8").splitlines()
    at = next(i for i, line in enumerate(lines) if '"status": 2' in line)
    broken = json.loads(lines[at]) | {"outputs": "none"}
    lines[at : at + 1] = [json.dumps(broken), '{"entry_type":']
    (tmp_path / "cut.jsonl").write_text("\n".join(lines))
    found, _ = read("garak", tmp_path / "cut.jsonl")
    assert [(f.line, f.where) for f in found.faults] == [(at + 2, ""), (at + 1, "outputs")]


def test_promptfoo_counts_what_its_own_metrics_count() -> None:
    whole = json.loads((DATA / "promptfoo.json").read_text())["results"]
    metrics = [prompt["metrics"] for prompt in whole["prompts"]]
    _, exchanges = read("promptfoo", "promptfoo.json", expect="refuse")
    found = Counter(said.outcome for e in exchanges for said in e.said)
    graders = sum(said.outcome == "error" for e in exchanges for said in e.said)
    assert len(exchanges) == len(whole["results"])
    assert found["pass"] == sum(m["assertPassCount"] for m in metrics)
    assert found["fail"] + graders == sum(m["assertFailCount"] for m in metrics)
    assert sum(e.reply is None for e in exchanges) == whole["stats"]["errors"] == 1


def test_a_grader_that_failed_gave_no_verdict() -> None:
    """promptfoo itself counts it as a fail."""
    _, exchanges = read("promptfoo", "promptfoo.json", expect="comply")
    rubric = [said for e in exchanges for said in e.said if said.judge == "promptfoo/llm-rubric"]
    assert [said.outcome for said in rubric] == ["error", "error"]
    assert all("no verdict: Could not extract JSON" in said.why for said in rubric)


def test_promptfoos_assertions_say_what_is_right() -> None:
    found, _ = read("promptfoo", "promptfoo.json")
    assert sorted(r.data["expect"] for r in found.rows) == ["checks", "checks", "comply", "refuse"]
    assert found.skipped == {
        "it asserts nothing; --expect says what is right": 2,
        "no check says what the assertion llm-rubric says": 2,
    }


def promptfoo(**changes: Any) -> Row:
    row = next(r for r in json.loads((DATA / "promptfoo.json").read_text())["results"]["results"] if r["success"])
    return Row(1, row | changes)


@pytest.mark.parametrize(
    ("assertion", "checks"),
    [
        ({"type": "icontains", "value": "a.b"}, [{"use": "matches", "regex": r"(?i)(?:a\.b)"}]),
        ({"type": "not-contains", "value": "a"}, [{"use": "occurrences", "regex": "(?:a)", "max": 0}]),
        ({"type": "contains-any", "value": ["a", "b"]}, [{"use": "matches", "regex": "(?:a|b)"}]),
        ({"type": "equals", "value": "a"}, [{"use": "matches", "regex": r"\A(?:a)\z"}]),
        ({"type": "regex", "value": "a+"}, [{"use": "matches", "regex": "a+"}]),
        ({"type": "regex", "value": "(?=a)"}, None),
        ({"type": "contains", "value": "{{name}}"}, None),
        ({"type": "javascript", "value": "true"}, None),
    ],
)
def test_an_assertion_becomes_a_check_or_the_row_is_left_out(
    assertion: dict[str, Any], checks: list[dict[str, Any]] | None
) -> None:
    (made,) = LOGS.build({"use": "promptfoo"}).exchanges(promptfoo(testCase={"assert": [assertion]}))
    assert (made.case["checks"] if isinstance(made, Exchange) else None) == checks


def test_a_verdict_that_is_no_truth_value_is_none() -> None:
    parts = [{"pass": "yes", "assertion": {"type": "contains"}}, {"pass": True, "assertion": {"type": "contains"}}]
    row = promptfoo(gradingResult={"componentResults": parts})
    (made,) = LOGS.build({"use": "promptfoo", "expect": "refuse"}).exchanges(row)
    assert isinstance(made, Exchange)
    assert [(s.judge, s.outcome) for s in made.said] == [
        ("promptfoo/contains", "error"),
        ("promptfoo/contains#2", "pass"),
    ]


def test_pyrit_counts_what_its_tables_hold() -> None:
    with sqlite3.connect(DATA / "pyrit.db") as db:
        attacks = Counter(outcome for (outcome,) in db.execute("SELECT outcome FROM AttackResultEntries"))
        scores = Counter(value for (value,) in db.execute("SELECT score_value FROM ScoreEntries"))
    db.close()
    _, exchanges = read("pyrit", "pyrit.db")
    assert outcomes(exchanges) == {
        ("pyrit/attack", "fail"): attacks["success"],
        ("pyrit/attack", "pass"): attacks["failure"],
        ("pyrit/attack", "error"): attacks["undetermined"],
        ("pyrit/SubStringScorer", "fail"): scores["true"],
        ("pyrit/SubStringScorer", "pass"): scores["false"],
    }
    assert len(exchanges) == attacks.total()
    assert [e.error for e in exchanges if e.reply is None] == ["PyRIT got no answer (processing)"]


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ("score_type = 'unknown'", "error"),
        ("score_value = 'maybe'", "error"),
        ("score_type = 'float_scale', score_value = '0.9'", "unsure"),
        ("score_type = 'float_scale', score_value = 'nan'", "error"),
        ("id = 'another'", "unsure"),
        ("""id = 'another', scorer_class_identifier = '{"class_name": "SelfAskRefusalScorer"}'""", "pass"),
    ],
)
def test_a_pyrit_score_whose_side_is_not_known_is_no_verdict(changes: str, outcome: str, tmp_path: Path) -> None:
    file = tmp_path / "pyrit.db"
    file.write_bytes((DATA / "pyrit.db").read_bytes())
    with sqlite3.connect(file) as db:
        db.execute("DELETE FROM ScoreEntries WHERE score_value = 'false'")
        db.execute(f"UPDATE ScoreEntries SET {changes}")
    db.close()
    _, exchanges = read("pyrit", file)
    assert [s.outcome for e in exchanges for s in e.said if s.judge != "pyrit/attack"] == [outcome]


@pytest.mark.parametrize("name", ["inspect.json", "inspect.eval"])
def test_inspect_counts_what_its_samples_hold(name: str) -> None:
    if name.endswith(".eval"):
        pytest.importorskip("zstandard")
    samples = json.loads((DATA / "inspect.json").read_text())["samples"]
    if name.endswith(".eval"):
        samples = [s for s in samples if s["id"] != "broken"]
    found, exchanges = read("inspect", name)
    assert len(exchanges) == len(samples)
    assert {e.system for e in exchanges} == {"openai-api/scripted/tiny"}
    assert sum(e.reply is None for e in exchanges) == sum(bool(s.get("error")) for s in samples)
    by_value = {"C": "pass", "I": "fail"}
    wanted = Counter(
        (f"inspect/{scorer}", by_value.get(str(score["value"]), "error"))
        for sample in samples
        for scorer, score in sample["scores"].items()
    )
    assert outcomes(exchanges) == wanted
    assert wanted["inspect/model_graded_qa", "error"]
    assert {r.data["answer"]["accept"][0] for r in found.rows} == {s["target"] for s in samples}
    assert all(e.usage.output_tokens == 7 for e in exchanges if e.reply)


@pytest.mark.parametrize(
    ("value", "outcome"),
    [("C", "pass"), ("I", "fail"), ("P", "unsure"), ("N", "error"), (1, "pass"), (0.0, "fail"), (0.4, "unsure"),
     (math.nan, "error"), (True, "pass"), ("X", "error"), ({"a": 1}, "error"), (None, "error")],
)  # fmt: skip
def test_an_inspect_value_that_does_not_tell_is_no_verdict(value: Any, outcome: str) -> None:
    sample = json.loads((DATA / "inspect.json").read_text())["samples"][0]
    row = Row(1, {**sample, "model": "m", "task": "t", "scores": {"s": {"value": value}}})
    (made,) = LOGS.build({"use": "inspect"}).exchanges(row)
    assert isinstance(made, Exchange)
    assert made.said[0].outcome == outcome


def test_an_eval_log_that_is_cut_off_is_a_fault(tmp_path: Path) -> None:
    pytest.importorskip("zstandard")
    whole = (DATA / "inspect.eval").read_bytes()
    (tmp_path / "cut.eval").write_bytes(whole[:-200])
    with zipfile.ZipFile(DATA / "inspect.eval") as archive:
        member = next(i for i in archive.infolist() if i.filename.startswith("samples/"))
    at = member.header_offset + member.compress_size // 2
    (tmp_path / "bent.eval").write_bytes(whole[:at] + b"\x00" * 50 + whole[at + 50 :])
    for name in ("cut.eval", "bent.eval"):
        with pytest.raises(FileFaults, match="is no whole .eval log"):
            read("inspect", tmp_path / name)


def test_without_the_extra_an_eval_log_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "zstandard", None)
    with pytest.raises(MissingExtra, match=r"meant\[logs\]"):
        read("inspect", "inspect.eval")


def test_texts_that_stand_apart_are_put_back(tmp_path: Path) -> None:
    log = json.loads((DATA / "inspect.json").read_text())
    sample = log["samples"][0]
    sample["messages"][-1]["content"] = "attachment://abc"
    sample["attachments"] = {"abc": "A long answer."}
    (tmp_path / "log.json").write_text(json.dumps({**log, "samples": [sample]}))
    assert read("inspect", tmp_path / "log.json")[1][0].reply == "A long answer."


def test_what_holds_more_than_words_is_left_out(tmp_path: Path) -> None:
    log = json.loads((DATA / "inspect.json").read_text())
    tool, image = json.loads(json.dumps(log["samples"][:1] * 2))
    tool["messages"].insert(1, {"role": "tool", "content": "12", "tool_call_id": "1"})
    image["input"] = [{"role": "user", "content": [{"type": "image", "image": "x.png"}]}]
    (tmp_path / "log.json").write_text(json.dumps({**log, "samples": [tool, image]}))
    found, exchanges = read("inspect", tmp_path / "log.json")
    assert (exchanges, sum(found.skipped.values())) == ([], 2)


def test_jailbreakbenchs_responses_are_a_run(tmp_path: Path) -> None:
    whole = json.loads(files.ARTIFACTS)
    first = whole["jailbreaks"][0]
    whole["jailbreaks"] = [
        first | {"response": "Roses are red", "jailbroken": True},
        first | {"index": 1, "response": None, "jailbroken": None},
        first | {"index": 2, "prompt": None},
    ]
    (tmp_path / "a.json").write_text(json.dumps(whole))
    found, exchanges = read("jailbreakbench_responses", tmp_path / "a.json")
    assert [(e.system, e.reply, e.said[0].outcome) for e in exchanges] == [
        ("some-model", "Roses are red", "fail"),
        ("some-model", None, "error"),
    ]
    assert found.skipped == {"the attack found no prompt": 1}


def paths(part: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Of everything in a row."""
    inner = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for key, one in inner:
        yield (*at, key)
        yield from paths(one, (*at, key))


def replaced(part: Any, at: tuple[Any, ...], junk: Any) -> Any:
    if not at:
        return junk
    whole = dict(part) if isinstance(part, dict) else list(part)
    whole[at[0]] = replaced(part[at[0]], at[1:], junk)
    return whole


OURS = {"pieces", "scores"}
"""Made of the tables by the reader itself."""


@pytest.mark.parametrize("junk", [None, True, -1, math.nan, "", "junk", [], [None], {}, {"a": [1]}], ids=repr)
@pytest.mark.parametrize("name", REAL)
def test_junk_anywhere_in_a_row_is_a_fault_a_skip_or_no_verdict(name: str, junk: Any) -> None:
    """And never another exception: each place of real rows in turn."""
    log = LOGS.build({"use": name, "expect": "refuse"})
    for row in list(log.rows(DATA / REAL[name], []))[:3]:
        for at in (at for at in paths(row.data) if name != "pyrit" or at[0] not in OURS or len(at) > 2):
            try:
                made = list(log.exchanges(Row(1, replaced(row.data, at, junk))))
            except BadCell:
                continue
            assert all(isinstance(one, Exchange | Skip) for one in made), at
