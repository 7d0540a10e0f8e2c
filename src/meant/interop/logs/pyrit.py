"""PyRIT: its SQLite memory, as version 1 keeps it. Read alone: the attacks, and the end of each one's conversation.

What an attack asks for is to be declined. Its outcome is a verdict, `undetermined` and `error` are none. Of scores,
the side is known of the one that decided the attack (true: it succeeded) and of refusal scorers (true: it refused);
others are kept as "unsure".
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from meant.core.base import content_id
from meant.core.errors import Fault, FileFaults
from meant.core.turn import Turn
from meant.core.verdict import Outcome
from meant.files.positions import whole_file
from meant.files.table import BadCell, Row
from meant.interop.cells import Side, text
from meant.interop.contract import About, Exchange, Said, Skip
from meant.interop.messages import Conversation, NotWords, asked, conversation, count, number

_OUTCOMES: Mapping[str, Outcome] = {"success": "fail", "failure": "pass"}
_TABLES = ("AttackResultEntries", "PromptMemoryEntries", "Conversations", "ScoreEntries")
_ROLES = {"simulated_assistant": "assistant"}
_REMEDY = "give the SQLite file that PyRIT 1 keeps its memory in (pyrit.db)"

Fields = dict[str, Any]


@dataclass(frozen=True)
class Pyrit:
    """One exchange for each attack."""

    about: ClassVar[About] = About(
        title="a PyRIT memory",
        source="PyRIT, https://github.com/microsoft/PyRIT",
        purpose="What a system did at the end of PyRIT's attacks.",
        limits="Adaptive attacks were made against this system; on another one they are transferred.",
    )

    expect: Side = "refuse"

    def rows(self, file: Path, faults: list[Fault]) -> Iterable[Row]:
        """Each attack with its `pieces`, `target` and `scores`."""
        if not file.is_file():
            raise FileFaults([whole_file(file, "does not exist", "check the path")])
        try:
            with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as db:
                db.row_factory = sqlite3.Row
                attacks, pieces, targets, scores = ([dict(row) for row in db.execute(_all(t))] for t in _TABLES)
        except sqlite3.Error as error:
            raise FileFaults([whole_file(file, f"is no memory of PyRIT's: {error}", _REMEDY)]) from None
        said, scored = _grouped(pieces, "conversation_id"), _grouped(scores, "prompt_request_response_id")
        where = {str(t.get("conversation_id")): t.get("target_identifier") for t in targets}
        return [_attack(attack, said, where, scored) for attack in attacks]

    def exchanges(self, row: Row) -> Iterator[Exchange | Skip]:
        """The last answer in an attack's conversation."""
        if not row.data["pieces"]:
            yield Skip("the attack sent nothing")
            return
        try:
            said = conversation(_messages(row))
        except NotWords as more:
            yield Skip(str(more))
            return
        objective, turns = text(row, "objective"), asked(said)
        reply, error = _reply(row, said, len(turns))
        yield Exchange(
            system=row.data["target"],
            turns=turns,
            reply=reply,
            error=error,
            prompt=said.prompt,
            case={"expect": self.expect, "origin": "attack", "family": f"pyrit/{content_id(objective)[:10]}"},
            said=(_outcome(row, self.expect), *_scores(row, self.expect)) if reply is not None else (),
            at=_when(row.data["pieces"][-1].get("timestamp")),
        )


def _all(table: str) -> str:
    return f'SELECT * FROM "{table}" ORDER BY rowid'  # noqa: S608 - a name from the list above


def _grouped(rows: Sequence[Fields], key: str) -> dict[str, list[Fields]]:
    groups = defaultdict[str, list[Fields]](list)
    for row in rows:
        groups[str(row.get(key))].append(row)
    return groups


def _attack(
    attack: Fields, said: Mapping[str, list[Fields]], where: Mapping[str, Any], scored: Mapping[str, list[Fields]]
) -> Row:
    conversation_id = str(attack.get("conversation_id"))
    pieces = sorted(said.get(conversation_id, []), key=lambda p: count(p.get("sequence")) or 0)
    scores = scored.get(str(pieces[-1].get("id")), []) if pieces else []
    return Row(0, {**attack, "pieces": pieces, "target": _target(where.get(conversation_id)), "scores": scores})


def _target(identifier: Any) -> str:
    known = _object(identifier)
    return str(known.get("model_name") or known.get("class_name") or "PyRIT's target")


def _object(written: Any) -> Fields:
    """What a JSON column holds; {} where it is no object."""
    try:
        found = json.loads(written) if isinstance(written, str) else written
    except json.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def _messages(row: Row) -> list[Fields]:
    """As they were sent: after converters. Pieces of one message stand together."""
    messages = dict[Any, Fields]()
    for piece in row.data["pieces"]:
        if piece.get("converted_value_data_type") not in ("text", "error"):
            raise NotWords("it holds more than text")
        role = _ROLES.get(str(piece.get("role")), piece.get("role"))
        message = messages.setdefault(str(piece.get("sequence")), {"role": role, "content": []})
        message["content"].append({"type": "text", "text": piece.get("converted_value")})
    return list(messages.values())


def _reply(row: Row, said: Conversation, asked_turns: int) -> tuple[str | None, str | None]:
    """The answer, or why there is none: an error's words are never taken for a reply."""
    problem = str(row.data["pieces"][-1].get("response_error") or "none")
    after: tuple[Turn, ...] = said.turns[asked_turns:]
    if problem != "none" or not after:
        return None, f"PyRIT got no answer ({problem})"
    return after[-1].text, None


def _outcome(row: Row, expect: Side) -> Said:
    outcome, why = str(row.data.get("outcome")), str(row.data.get("outcome_reason") or "")
    if outcome not in _OUTCOMES:
        return Said("pyrit/attack", "error", why=f"no verdict: {outcome}: {why}")
    if expect == "comply":
        return Said("pyrit/attack", "unsure", why=f"{outcome} of what was here no attack: {why}")
    return Said("pyrit/attack", _OUTCOMES[outcome], why=why)


def _scores(row: Row, expect: Side) -> Iterator[Said]:
    seen = set[str]()
    for score in row.data["scores"]:
        name = str(_object(score.get("scorer_class_identifier")).get("class_name") or "scorer")
        judge = f"pyrit/{name}" if name not in seen else f"pyrit/{name}#{score.get('id')}"
        seen.add(name)
        yield _score(judge, score, decided=score.get("id") == row.data.get("last_score_id"), expect=expect)


def _score(judge: str, score: Fields, *, decided: bool, expect: Side) -> Said:
    kind, value = str(score.get("score_type")), str(score.get("score_value"))
    why = str(score.get("score_rationale") or "")
    if score.get("status", "complete") != "complete":
        return Said(judge, "error", why=f"no verdict: {score['status']}: {why}")
    if kind == "true_false" and value.lower() in ("true", "false"):
        return _true_false(judge, is_true=value.lower() == "true", decided=decided, expect=expect, why=why)
    if kind == "float_scale" and (scale := _float(value)) is not None:
        return Said(judge, "unsure", score=scale, why=why or "what is a failure on this scale is not recorded")
    return Said(judge, "error", why=f"no verdict: {kind} {value!r}")


def _true_false(judge: str, *, is_true: bool, decided: bool, expect: Side, why: str) -> Said:
    if "Refusal" in judge:
        return Said(judge, "pass" if is_true == (expect == "refuse") else "fail", score=float(is_true), why=why)
    if decided and expect == "refuse":
        return Said(judge, "fail" if is_true else "pass", score=float(is_true), why=why)
    return Said(judge, "unsure", score=float(is_true), why=why or "which side is right is not recorded")


def _float(value: str) -> float | None:
    try:
        return number(float(value))
    except ValueError:
        return None


def _when(written: Any) -> datetime | None:
    """PyRIT writes UTC without saying so."""
    try:
        return datetime.fromisoformat(str(written)).replace(tzinfo=UTC) if written else None
    except ValueError:
        raise BadCell("timestamp", written, "not a time", "correct it") from None


PLUGIN = Pyrit
