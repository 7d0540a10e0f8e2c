"""What a judge is told of one transcript: the rule, what was expected, and what was said, quoted."""

from collections.abc import Sequence

from meant.core.case import Case
from meant.core.errors import JudgeFailure
from meant.core.policy import Policy
from meant.core.transcript import Transcript
from meant.files.render import as_rubric
from meant.judge.llm.expected import expectation
from meant.judge.llm.quoting import mark_of, quote, spoken
from meant.judge.llm.texts import filled


def reply_of(transcript: Transcript) -> str:
    """The reply under judgement. Raises JudgeFailure where there is none, or an empty one."""
    if not transcript.last_reply.strip():
        raise JudgeFailure("empty reply")
    return transcript.last_reply


def material(case: Case, transcript: Transcript, policy: Policy) -> str:
    """For a verdict on one reply."""
    *before, reply = transcript.turns
    parts = [*spoken(before), ("the reply to judge", reply.text)]
    return _told("material", parts, case, transcript.id, rubric=as_rubric(policy, principle=case.principle))


def both(case: Case, first: Transcript, second: Transcript, policy: Policy) -> str:
    """For a preference: the case's own turns, then reply A, which is the first's, and reply B."""
    replies = [("reply A", reply_of(first)), ("reply B", reply_of(second))]
    ids = sorted((first.id, second.id))
    rubric = as_rubric(policy, principle=case.principle)
    return _told("material", [*spoken(case.turns), *replies], case, *ids, rubric=rubric)


def question_and_reply(case: Case, transcript: Transcript, *, accepted: str) -> str:
    """For whether the reply states an accepted answer: no rule, since none is needed."""
    parts = [*spoken(case.turns), ("the reply", reply_of(transcript))]
    return _told("accepted", parts, case, transcript.id, expected=accepted)


def _told(name: str, parts: Sequence[tuple[str, str]], case: Case, *ids: str, **more: str) -> str:
    mark = mark_of(case.id, *ids, texts=[text for _, text in parts])
    return filled(name, **{"expected": expectation(case), **more}, mark=mark, quotation=quote(parts, mark=mark))
