"""Several judges as one: the majority decides, and how many agree is told.

Its rule: whoever gave no verdict has no vote, and too few votes are no verdict. A tie is "unsure". Judges that err
alike agree and are wrong together: see `docs/judges/panel.md`.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from meant.core.case import Case, Expect
from meant.core.errors import JudgeFailure, PluginError
from meant.core.system import System, Usage
from meant.core.transcript import Transcript
from meant.core.verdict import Behaviour, Verdict
from meant.judge.contract import Asks, Given, Judge, verdict_on
from meant.judge.votes import tally

_AT_ONCE = 8


@dataclass(frozen=True)
class Panel:
    """The verdict's score is the share of votes that agree with the most frequent outcome, 0..1."""

    judges: Given[tuple[Judge, ...]]
    quorum: Annotated[int, Field(ge=1)] | None = None
    """Votes that a verdict needs. None: more than half of the judges."""

    def __post_init__(self) -> None:
        if len(self.judges) < 2:
            raise PluginError("a panel of fewer than two judges decides nothing", "name more", setting="judges")
        if self.quorum is not None and self.quorum > len(self.judges):
            words = f"{len(self.judges)} judges never make a quorum of {self.quorum}"
            raise PluginError(words, "lower it, or name more judges", setting="quorum")
        if not self.expects:
            words = "there is no expectation that all of these judges can judge"
            raise PluginError(words, "choose judges that share one", setting="judges")

    @property
    def name(self) -> str:
        """The members' names, in order, and the quorum where it is set."""
        quorum = "" if self.quorum is None else f":{self.quorum}"
        return f"panel/1{quorum}({'+'.join(judge.name for judge in self.judges)})"

    @property
    def expects(self) -> frozenset[Expect]:
        """What all of them can judge."""
        return frozenset.intersection(*(judge.expects for judge in self.judges))

    @property
    def at_once(self) -> int:
        """As many as the member that can do the fewest."""
        return min((judge.at_once for judge in self.judges if isinstance(judge, Asks)), default=_AT_ONCE)

    @property
    def systems(self) -> tuple[System, ...]:
        """Whom its members ask."""
        return tuple(system for judge in self.judges if isinstance(judge, Asks) for system in judge.systems)

    async def judge(self, case: Case, transcript: Transcript) -> Verdict:
        """What most members say; JudgeFailure for an expectation that not all can judge, or below the quorum."""
        if case.expect not in self.expects:
            raise JudgeFailure(f"expects {case.expect!r}; this panel reads {', '.join(sorted(self.expects))}")
        said = await asyncio.gather(*(verdict_on(case, transcript, judge) for judge in self.judges))
        asked = [v.usage for v in said if v.usage is not None]
        usage = sum(asked, Usage()) if asked else None
        votes = [v for v in said if v.outcome != "error"]
        why = "; ".join(f"{v.judge}: {v.outcome}{f' ({v.why})' if v.why else ''}" for v in said)
        if not votes or len(votes) < (self.quorum or len(self.judges) // 2 + 1):
            raise JudgeFailure(f"{len(votes)} of {len(said)} judges gave a verdict: {why}", usage=usage)
        outcome, share = tally([v.outcome for v in votes])
        mine = [v for v in votes if v.outcome == outcome]
        return Verdict(
            transcript=transcript.id,
            principle=case.principle,
            judge=self.name,
            outcome=outcome,
            behaviour=_behaviour(mine),
            score=share,
            span=next((v.span for v in mine if v.span), None),
            why=why,
            usage=usage,
        )


def _behaviour(votes: Sequence[Verdict]) -> Behaviour | None:
    """What most of those who decided say that the system did; None where they do not agree, or do not say."""
    counts = Counter(v.behaviour for v in votes if v.behaviour)
    best = counts.most_common(2)
    return best[0][0] if best and (len(best) == 1 or best[0][1] > best[1][1]) else None


PLUGIN = Panel
