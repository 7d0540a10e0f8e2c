"""A person asked about one part of a conversation. A failure, or an answer that is none, is no approval."""

from meant.core.approval import Approver, Question
from meant.core.guard import GuardDecision, Sight


async def put(decision: GuardDecision, sight: Sight, approver: Approver) -> GuardDecision:
    """The decision with what the person says of it. The boundary: nothing is raised."""
    try:
        said: object = await approver.approve(_question(decision, sight))
        error = None if said is None or isinstance(said, bool) else f"a person's answer was {said!r}"
    except Exception as failure:  # noqa: BLE001
        said, error = None, f"asking a person failed: {type(failure).__name__}: {failure}"
    return decision.but(approved=said if isinstance(said, bool) else None, error=error or decision.error)


def _question(decision: GuardDecision, sight: Sight) -> Question:
    return Question(
        asks=decision.guard,
        place=sight.place,
        because=decision.reason,
        principle=decision.principle,
        call=sight.call,
        text="" if sight.call else sight.text,
        turns=sight.turns,
    )
