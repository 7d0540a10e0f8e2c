"""The store: append-only, one transaction a call, readable after a kill."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from meant.core.calibration import CalibrationCard
from meant.core.errors import ConfigError, StoreError
from meant.core.label import Frame, Label, PairLabel
from meant.core.policy import Policy
from meant.core.profile import Profile
from meant.core.record import RunRecord, SystemRecord
from meant.store.sqlite import Store
from tests.conftest import NOON

Make = Callable[..., Any]


@pytest.fixture
def record(policy: Policy) -> Callable[[str], RunRecord]:
    def make(id_: str) -> RunRecord:
        system = SystemRecord(name="fake", spec="fake.yaml", fingerprint="f")
        return RunRecord(
            id=id_, at=NOON, policy=policy, systems=(system,), suites={"s": "1"}, seed=0, repeats=1, versions={}
        )

    return make


def test_what_was_stored_comes_back(
    store: Store, record: Make, make_case: Make, make_transcript: Make, make_verdict: Make
) -> None:
    cases = [make_case(str(i)) for i in range(3)]
    transcripts = [make_transcript(c, "a “quoted”\nreply \U0001f600") for c in cases]
    cells = [(c, t, make_verdict(t), ()) for c, t in zip(cases, transcripts, strict=True)]
    cells[1] = (*cells[1][:3], tuple(make_verdict(transcripts[1], outcome) for outcome in ("fail", "pass", "fail")))
    store.add_run(record("r1"), cases)
    store.add_transcripts([(f"k{i}", t) for i, t in enumerate(transcripts)])
    profile = Profile(system="fake", fingerprint="f", policy="p", run="r1", findings=())
    store.add_profile(profile, cells)
    assert store.runs() == [record("r1")]
    assert store.cells("r1", "fake") == cells
    assert store.cells("r1", "another") == []
    assert store.profiles("r1") == {"fake": profile}
    assert store.replies(["k1", "nope"]) == {"k1": transcripts[1]}


def test_more_keys_than_one_query_takes(store: Store, make_case: Make, make_transcript: Make) -> None:
    case = make_case()
    store.add_transcripts((f"k{i}", make_transcript(case, str(i))) for i in range(1300))
    found = store.replies([f"k{i}" for i in range(1300)])
    assert [found[f"k{i}"].last_reply for i in (0, 499, 500, 1299)] == ["0", "499", "500", "1299"]


def test_the_newest_reply_wins_and_failures_are_never_served(
    store: Store, make_case: Make, make_transcript: Make
) -> None:
    case = make_case()
    store.add_transcripts([("k", make_transcript(case, "old")), ("k", make_transcript(case, "new"))])
    store.add_transcripts([(None, make_transcript(case, None, error="lost"))])
    assert store.replies(["k"])["k"].last_reply == "new"
    assert store.counts()["transcript"] == 3


def test_the_first_verdict_under_a_key_stands(
    store: Store, make_case: Make, make_transcript: Make, make_verdict: Make
) -> None:
    said = make_transcript(make_case())
    store.add_verdict("k", make_verdict(said, "pass"))
    store.add_verdict("k", make_verdict(said, "fail"))
    assert store.verdicts(["k", "nope"]) == {"k": make_verdict(said, "pass")}


def test_a_store_that_lacks_a_table_gets_it(
    tmp_path: Path, make_case: Make, make_transcript: Make, make_verdict: Make
) -> None:
    """What the version before wrote stays, and the table of verdicts is append-only like the others."""
    said = make_transcript(make_case())
    with Store(tmp_path / "s.db") as store:
        store.add_transcripts([("k", said)])
    db = sqlite3.connect(tmp_path / "s.db")
    db.executescript("DROP TABLE verdict; DROP TABLE foreign_verdict; PRAGMA user_version = 2;")
    db.close()
    with Store(tmp_path / "s.db") as store:
        assert store.replies(["k"]) == {"k": said}
        store.add_verdict("v", make_verdict(said))
        store.add_foreign("r", [("tiny", make_verdict(said))])
    db = sqlite3.connect(tmp_path / "s.db")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        db.execute("DELETE FROM verdict")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        db.execute("DELETE FROM foreign_verdict")
    db.close()


def test_what_another_tools_judges_said_is_kept_by_run_and_system(
    store: Store, make_case: Make, make_transcript: Make, make_verdict: Make
) -> None:
    said = make_transcript(make_case())
    theirs = make_verdict(said, "error")
    store.add_foreign("r1", [("tiny", theirs), ("tiny", theirs)])
    assert store.foreign("r1", "tiny") == [theirs]
    assert store.foreign("r1", "other") == store.foreign("r2", "tiny") == []


def test_several_calls_at_once_are_recorded_whole_or_not_at_all(store: Store, record: Make) -> None:
    def fail() -> None:
        with store.at_once():
            store.add_run(record("r1"), [])
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        fail()
    assert store.runs() == []
    with store.at_once():
        store.add_run(record("r2"), [])
        store.add_run(record("r3"), [])
    assert [run.id for run in store.runs()] == ["r2", "r3"]


@pytest.mark.parametrize("sql", ["UPDATE run SET record = 'x'", "DELETE FROM run"])
def test_nothing_recorded_can_be_changed(tmp_path: Path, record: Make, sql: str) -> None:
    with Store(tmp_path / "s.db") as store:
        store.add_run(record("r1"), [])
    db = sqlite3.connect(tmp_path / "s.db")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        db.execute(sql)
    db.close()


def test_an_error_in_the_middle_leaves_nothing_of_the_call(
    store: Store, make_case: Make, make_transcript: Make
) -> None:
    def failing() -> Any:
        yield "k1", make_transcript(make_case())
        raise RuntimeError("lights out")

    with pytest.raises(RuntimeError, match="lights out"):
        store.add_transcripts(failing())
    assert store.counts()["transcript"] == 0
    store.add_transcripts([("k2", make_transcript(make_case()))])
    assert store.counts()["transcript"] == 1


def test_runs_are_found_by_their_beginning(store: Store, record: Make) -> None:
    with pytest.raises(ConfigError, match="none yet"):
        store.run("last")
    for id_ in ("20260101-a", "20260102-b"):
        store.add_run(record(id_), [])
    assert store.run("last").id == "20260102-b"
    assert store.run("20260101").id == "20260101-a"
    with pytest.raises(ConfigError, match="several runs"):
        store.run("2026")
    with pytest.raises(ConfigError, match="no run 'x'; newest: 20260101-a"):
        store.run("x")


def test_files_that_are_no_store(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    path.write_text("this is not a database, it is far too long a text for one " * 20)
    with pytest.raises(StoreError, match=r"cannot open the store .*: move it away, or name another"):
        Store(path)
    with pytest.raises(StoreError, match=r"cannot open the store .*check the path, its permissions"):
        Store(path / "below.db")
    newer = sqlite3.connect(tmp_path / "n.db")
    newer.execute("PRAGMA user_version = 99")
    newer.close()
    with pytest.raises(StoreError, match="newer meant"):
        Store(tmp_path / "n.db")


def test_two_processes_may_write_at_once(tmp_path: Path, make_case: Make, make_transcript: Make) -> None:
    with Store(tmp_path / "s.db") as one, Store(tmp_path / "s.db") as two:
        for i in range(20):
            (one, two)[i % 2].add_transcripts([(f"k{i}", make_transcript(make_case(), str(i)))])
        assert one.counts() == two.counts()
        assert len(two.replies([f"k{i}" for i in range(20)])) == 20


def test_two_processes_may_begin_at_once(tmp_path: Path) -> None:
    """A new store, opened by several at the same moment."""
    code = f"from meant.store.sqlite import Store; Store({str(tmp_path / 's.db')!r}).close()"
    racing = [subprocess.Popen([sys.executable, "-c", f"from pathlib import Path; {code}"]) for _ in range(6)]
    assert [p.wait(timeout=60) for p in racing] == [0] * 6


def a_label(said: str, *, rater: str = "ann", transcript: str = "t1") -> Label:
    return Label.model_validate(
        {"transcript": transcript, "principle": "p", "rater": rater, "said": said, "at": NOON, "seconds": 2.5}
    )


def test_the_newest_label_of_a_rater_counts(store: Store) -> None:
    store.add_labels([a_label("fail"), a_label("pass", rater="ben"), a_label("pass", transcript="t2")])
    store.add_labels([a_label("pass")])
    assert {(one.rater, one.said) for one in store.labels(["t1"])} == {("ann", "pass"), ("ben", "pass")}
    assert store.counts()["label"] == 4
    assert store.labels(["t3"]) == []


def test_a_pair_is_the_same_either_way_round(store: Store) -> None:
    first = PairLabel(case="c", first="a", second="b", rater="ann", preferred="first", at=NOON, shown="second")
    again = PairLabel(case="c", first="b", second="a", rater="ann", preferred="tie", at=NOON, shown="second")
    store.add_pair_labels([first, again])
    assert store.pair_labels(["c"]) == [again]


def test_a_judges_cards_come_back_by_its_name(store: Store) -> None:
    card = CalibrationCard(
        judge="llm/1:0", policy="p", at=NOON, source="s", raters=("ann",), items=1, tallies=(), findings=()
    )
    store.add_calibration(card)
    assert store.calibrations(["llm/1:0", "refusal/1"]) == [card]
    assert store.calibrations(["llm/1:1"]) == []


def test_the_newest_label_is_the_one_said_last_not_the_one_recorded_last(store: Store) -> None:
    late = a_label("fail").model_copy(update={"at": NOON + timedelta(days=1)})
    store.add_labels([late])
    store.add_labels([a_label("pass")])
    assert [one.said for one in store.labels(["t1"])] == ["fail"]
    assert [one.said for one in store.label_history(["t1"])] == ["pass", "fail"]


def test_a_frame_is_kept_once(store: Store) -> None:
    frame = Frame(run="r", system="s", metric="m", kinds={"hit": ("t1", "t2")})
    store.add_frame(frame)
    store.add_frame(frame)
    assert store.counts()["frame"] == 1
    assert store.frames([frame.id, "other"]) == {frame.id: frame}
