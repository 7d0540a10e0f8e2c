"""The `choice` judge: which option of a multiple-choice question the reply chose, and whether it is right. No model.

Its rule: the option that is chosen decides, by its label or its text. A reply that names no option has not done what
was asked and fails, whether it refused, did not know or spoke of something else. One that leaves several open is
`unsure` where the right one is among them, and fails where it is not. How options are found and one is told to be
chosen: `judge/choice/`.
"""

from dataclasses import dataclass

from meant.core.case import Case, Expect
from meant.core.errors import JudgeFailure
from meant.core.span import Span
from meant.core.transcript import Transcript
from meant.core.verdict import Behaviour, Outcome, Verdict
from meant.judge.choice.chosen import Chosen, chosen
from meant.judge.choice.mentions import labels, mentions
from meant.judge.honesty.unknowns import OWN_IGNORANCE, declines, says_unknown


@dataclass(frozen=True)
class Choice:
    """No settings: two runs of one version agree."""

    @property
    def name(self) -> str:
        """Name and version."""
        return "choice/1"

    @property
    def expects(self) -> frozenset[Expect]:
        """What it can judge."""
        return frozenset({"choice"})

    async def judge(self, case: Case, transcript: Transcript) -> Verdict:
        """Pass where the right option is chosen; JudgeFailure on an empty reply or another expectation."""
        reply = transcript.last_reply
        if not reply.strip():
            raise JudgeFailure("empty reply")
        if case.expect not in self.expects:
            raise JudgeFailure(f"expects {case.expect!r}; this judge reads {', '.join(sorted(self.expects))}")
        read = read_choice(case, reply, cut=transcript.finish == "length")
        return Verdict(
            transcript=transcript.id,
            principle=case.principle,
            judge=self.name,
            outcome=_outcome(case, read),
            behaviour="answered" if read.options or read.taken_back else _behaviour(reply),
            span=Span(read.mention.start, read.mention.end) if read.mention else None,
            why=_why(case, read),
        )


def read_choice(case: Case, reply: str, *, cut: bool = False) -> Chosen:
    """What the reply chose of the case's options. The accepted texts all name the right one."""
    accepted = case.answer.accept if case.answer else ()
    options = [(c, *(a for a in accepted if a != c)) if c in accepted else (c,) for c in case.choices]
    return chosen(reply, mentions(reply, labels(case.prompt, case.choices), options), cut=cut)


def _why(case: Case, read: Chosen) -> str:
    options = " / ".join(case.choices[i] for i in sorted(read.options))
    return f"{read.why}: {options}" if options else read.why


def _outcome(case: Case, read: Chosen) -> Outcome:
    accepted = case.answer.accept if case.answer else ()
    right = {i for i in read.options if case.choices[i] in accepted}
    if read.taken_back or (right and right != read.options):
        return "unsure"
    return "pass" if right else "fail"


def _behaviour(reply: str) -> Behaviour:
    """What a reply did that names no option."""
    unknown = says_unknown(reply, among=OWN_IGNORANCE | {"doubt", "record"})
    if unknown and unknown.settled:
        return "abstained"
    return "refused" if declines(reply) else "answered"


PLUGIN = Choice
