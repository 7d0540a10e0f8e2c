"""The store: an append-only SQLite file (WAL) of runs, cases, transcripts, verdicts and profiles.

Each call is one transaction: after it returns, a killed process loses nothing of it. Records are JSON of the
nouns; columns hold only what is searched by.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple

from meant.core.calibration import CalibrationCard
from meant.core.case import Case
from meant.core.errors import ConfigError
from meant.core.gate import GateDecision, Look
from meant.core.label import Frame, Label, PairLabel
from meant.core.preference import Preference
from meant.core.profile import Profile
from meant.core.record import RunRecord
from meant.core.transcript import Transcript
from meant.core.verdict import Verdict
from meant.store.database import TABLES
from meant.store.opened import Opened


class Judged(NamedTuple):
    """One row of a run: a case, what was said, what the judge says."""

    case: Case
    transcript: Transcript
    verdict: Verdict
    again: tuple[Verdict, ...] = ()
    """Later ones of a judge that was asked more than once about this reply."""


class Store(Opened):
    """One file. Used as a context manager; `":memory:"` for a store that is not kept.

    `must_exist` raises ConfigError where there is none yet, for whoever only reads.
    """

    def __init__(self, path: Path | str, *, must_exist: bool = False) -> None:
        super().__init__(path, must_exist=must_exist, remedy="`meant eval` makes one, --store names another")

    def at_once(self) -> AbstractContextManager[None]:
        """One transaction around several calls: after it all of them are recorded, or none."""
        return self._db.transaction()

    def add_run(self, run: RunRecord, cases: Iterable[Case]) -> None:
        """Record that a run begins, and the cases it will ask."""
        with self._db.transaction():
            self._db.insert("run", [(run.id, run.at.isoformat(), run.model_dump_json())])
            self._db.insert("testcase", ((c.id, c.model_dump_json()) for c in cases))

    def add_transcripts(self, transcripts: Iterable[tuple[str | None, Transcript]]) -> None:
        """Record replies under their keys; None for what may be asked again."""
        self._db.insert("transcript", ((t.id, key, t.model_dump_json()) for key, t in transcripts))

    def replies(self, keys: Sequence[str]) -> dict[str, Transcript]:
        """The newest transcript under each key that has one."""
        return {key: Transcript.model_validate_json(record) for key, record in self._db.under("transcript", keys)}

    def add_verdict(self, key: str, verdict: Verdict) -> None:
        """Record what a judge that asks somebody said."""
        self._db.insert("verdict", [(key, verdict.model_dump_json())])

    def verdicts(self, keys: Sequence[str]) -> dict[str, Verdict]:
        """The verdict under each key that has one."""
        return {key: Verdict.model_validate_json(record) for key, record in self._db.under("verdict", keys)}

    def add_profile(
        self, profile: Profile, judged: Sequence[tuple[Case, Transcript, Verdict, *tuple[Sequence[Verdict], ...]]]
    ) -> None:
        """Record what one system of a run came to, cell by cell: the verdict that counts, and later ones beside it."""
        key = profile.run, profile.system
        later = (
            (t.id, str(i), v.model_dump_json()) for _, t, _, *more in judged for vs in more for i, v in enumerate(vs)
        )
        with self._db.transaction():
            self._db.insert("cell", ((*key, c.id, t.id, v.model_dump_json()) for c, t, v, *_ in judged))
            self._db.insert("again", ((*key, *row) for row in later))
            self._db.insert("profile", [(profile.run, profile.system, profile.model_dump_json())])

    def add_foreign(self, run: str, verdicts: Iterable[tuple[str, Verdict]]) -> None:
        """Record what another tool's judges said in a run, each with the system's name. They count in no figure."""
        rows = ((run, system, v.transcript, v.judge, v.model_dump_json()) for system, v in verdicts)
        self._db.insert("foreign_verdict", rows)

    def foreign(self, run: str, system: str) -> list[Verdict]:
        """What another tool's judges said of one system in a run, in the order it was recorded."""
        sql = "SELECT record FROM foreign_verdict WHERE run = ? AND system = ? ORDER BY rowid"
        return [Verdict.model_validate_json(record) for (record,) in self._db.rows(sql, run, system)]

    def runs(self) -> list[RunRecord]:
        """Every run in the lab, the oldest first; those of the gate are its own affair."""
        rows = self._db.rows("SELECT record FROM run ORDER BY at, rowid")
        return [run for (record,) in rows if (run := RunRecord.model_validate_json(record)).part == "lab"]

    def run(self, id_: str) -> RunRecord:
        """The run of this id, or of the one id that starts so; `last` is the newest. Raises ConfigError."""
        runs = self.runs()
        found = runs[-1:] if id_ == "last" else [r for r in runs if r.id.startswith(id_)]
        if len(found) != 1:
            known = ", ".join(r.id for r in runs[-5:]) or "none yet: start one with `meant eval`"
            raise ConfigError(f"{'no run' if not found else 'several runs'} {id_!r}; newest: {known}")
        return found[0]

    def profiles(self, run: str) -> dict[str, Profile]:
        """By system name; systems that the run did not finish are absent."""
        rows = self._db.rows("SELECT system, record FROM profile WHERE run = ? ORDER BY rowid", run)
        return {system: Profile.model_validate_json(record) for system, record in rows}

    def cells(self, run: str, system: str) -> list[Judged]:
        """What one system did in a run, in the order it was recorded."""
        sql = """SELECT testcase.record, transcript.id, transcript.record, verdict FROM cell
                 JOIN testcase ON testcase.id = cell.testcase JOIN transcript ON transcript.id = cell.transcript
                 WHERE run = ? AND system = ? ORDER BY cell.rowid"""
        later = self._later(run, system)
        return [
            Judged(
                Case.model_validate_json(c),
                Transcript.model_validate_json(t),
                Verdict.model_validate_json(v),
                tuple(later.get(id_, ())),
            )
            for c, id_, t, v in self._db.rows(sql, run, system)
        ]

    def _later(self, run: str, system: str) -> dict[str, list[Verdict]]:
        """By transcript."""
        found: dict[str, list[Verdict]] = {}
        sql = "SELECT transcript, record FROM again WHERE run = ? AND system = ? ORDER BY rowid"
        for transcript, record in self._db.rows(sql, run, system):
            found.setdefault(transcript, []).append(Verdict.model_validate_json(record))
        return found

    def add_look(self, look: Look) -> None:
        """Record that gate cases are looked at."""
        self._db.insert("look", [(look.cases, look.candidate, look.at.isoformat(), look.model_dump_json())])

    def looks(self, cases: str) -> list[Look]:
        """Every look at this set of cases, the oldest first."""
        rows = self._db.rows("SELECT record FROM look WHERE cases = ? ORDER BY rowid", cases)
        return [Look.model_validate_json(record) for (record,) in rows]

    def add_decision(self, decision: GateDecision) -> None:
        """Record what the gate said."""
        self._db.insert("decision", [(decision.id, decision.at.isoformat(), decision.model_dump_json())])

    def decisions(self) -> list[GateDecision]:
        """What the gate has said, the oldest first."""
        rows = self._db.rows("SELECT record FROM decision ORDER BY at, rowid")
        return [GateDecision.model_validate_json(record) for (record,) in rows]

    def add_labels(self, labels: Iterable[Label]) -> None:
        """Record what people say of replies."""
        self._db.insert("label", ((one.transcript, one.rater, one.model_dump_json()) for one in labels))

    def labels(self, transcripts: Sequence[str]) -> list[Label]:
        """What people say of these replies: of a rater's labels of one reply, the newest."""
        newest = {(one.transcript, one.principle, one.rater): one for one in self.label_history(transcripts)}
        return list(newest.values())

    def label_history(self, transcripts: Sequence[str]) -> list[Label]:
        """Every label of these replies, those included that a rater has replaced; the oldest first."""
        return sorted(map(_label, self._db.under("label", transcripts, by="transcript")), key=lambda one: one.at)

    def add_frame(self, frame: Frame) -> None:
        """Record what labels are drawn from; the same frame is kept once."""
        self._db.insert("frame", [(frame.id, frame.run, frame.model_dump_json())])

    def frames(self, ids: Sequence[str]) -> dict[str, Frame]:
        """The frames of these ids."""
        return {id_: Frame.model_validate_json(record) for id_, record in self._db.under("frame", ids, by="id")}

    def add_pair_labels(self, labels: Iterable[PairLabel]) -> None:
        """Record which of two replies people find better."""
        self._db.insert("pair_label", ((one.case, one.rater, one.model_dump_json()) for one in labels))

    def pair_labels(self, cases: Sequence[str]) -> list[PairLabel]:
        """What people say of pairs of replies to these cases, likewise."""
        newest = {(*sorted((one.first, one.second)), one.rater): one for one in self.pair_label_history(cases)}
        return list(newest.values())

    def pair_label_history(self, cases: Sequence[str]) -> list[PairLabel]:
        """Every label of pairs of replies to these cases, likewise."""
        return sorted(map(_pair_label, self._db.under("pair_label", cases, by="testcase")), key=lambda one: one.at)

    def add_calibration(self, card: CalibrationCard) -> None:
        """Record how far a judge agrees with people."""
        self._db.insert("calibration", [(card.id, card.judge, card.at.isoformat(), card.model_dump_json())])

    def calibrations(self, judges: Sequence[str] | None = None) -> list[CalibrationCard]:
        """The cards of these judges, of each judge the oldest first; None: of all judges, the oldest first."""
        every = self._db.rows("SELECT judge, record FROM calibration ORDER BY rowid")
        rows = every if judges is None else self._db.under("calibration", judges, by="judge")
        return [CalibrationCard.model_validate_json(record) for _, record in rows]

    def labelled(self, run: str) -> list[tuple[str, Case, Transcript]]:
        """The replies of a run that people said something of, alone or beside another, each with its system's name."""
        sql = """SELECT cell.system, testcase.record, transcript.record FROM cell
                 JOIN testcase ON testcase.id = cell.testcase JOIN transcript ON transcript.id = cell.transcript
                 WHERE run = ? AND (cell.transcript IN (SELECT transcript FROM label)
                                    OR cell.testcase IN (SELECT testcase FROM pair_label)) ORDER BY cell.rowid"""
        rows = self._db.rows(sql, run)
        return [(system, Case.model_validate_json(c), Transcript.model_validate_json(t)) for system, c, t in rows]

    def add_preference(self, key: str, preference: Preference) -> None:
        """Record which of two replies a judge that asks somebody prefers."""
        self._db.insert("preference", [(key, preference.model_dump_json())])

    def preferences(self, keys: Sequence[str]) -> dict[str, Preference]:
        """The preference under each key that has one."""
        return {key: Preference.model_validate_json(record) for key, record in self._db.under("preference", keys)}

    def counts(self) -> Mapping[str, int]:
        """Rows by table."""
        return {t: next(self._db.rows(f"SELECT count(*) FROM {t}"))[0] for t in TABLES}  # noqa: S608


def _label(row: tuple[str, str]) -> Label:
    return Label.model_validate_json(row[1])


def _pair_label(row: tuple[str, str]) -> PairLabel:
    return PairLabel.model_validate_json(row[1])
