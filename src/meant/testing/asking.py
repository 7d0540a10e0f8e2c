"""What every check stands on: a plain question, a transcript of a reply, and how a broken contract is told."""

from datetime import UTC, datetime

from meant.core.case import Case
from meant.core.transcript import Transcript
from meant.core.turn import Turn

ASKED = (Turn(role="user", text="Say hello."),)


def answered(case: Case, reply: str, *, error: str | None = None) -> Transcript:
    """The transcript of this reply to the case, or of none where there is an error."""
    said = (Turn(role="assistant", text=reply),) if error is None else ()
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return Transcript(case=case.id, system="s", fingerprint="f", turns=(*case.turns, *said), at=at, error=error)


def must(kept: bool, otherwise: str) -> None:  # noqa: FBT001
    """Raise AssertionError with these words where the contract is not kept."""
    if not kept:
        raise AssertionError(otherwise)
