"""The text of one reply on its way out: held back until the guards have let it go.

Its rule: what has gone out is what the guards let go, and would be so in whatever text it goes on to. The end of the
text is held back as far as the cascade says. Only the part around what is held is shown again at each piece: a guard
with a finite `hold_back` looks no further than that to either side; where one objects to such a part, it is shown all
that there is before that counts. At the end the whole reply is shown once, and that is what the record says.
"""

from collections.abc import Sequence

from meant.core.guard import GuardDecision, Screened, Sight
from meant.core.turn import Turn
from meant.guard.cascade import Cascade
from meant.guard.leaving import spoken
from meant.guard.rewriting import Rewriting
from meant.guard.screening import Glance

TOO_LATE = "release"
"""Who stops the rest, in the records, where a guard objects to what it had let go."""
NOTHING = Screened("", ())
"""What becomes of a text that is empty: nobody is asked."""


class Release:
    """What has come and what has gone out, in a reply to `turns`. One that is not streamed goes out at its end."""

    def __init__(self, cascade: Cascade, turns: Sequence[Turn], *, streamed: bool) -> None:
        self._cascade, self._turns = cascade, tuple(turns)
        self._reach = cascade.hold_back if streamed else None
        self._came: list[str] = []
        self._out: list[str] = []
        self._window, self._start = "", 0
        """What is shown again at each piece, and where in the reply that begins."""
        self._gone = 0
        """How much of what came has gone out, or what the guards put in its place."""
        self.screened = NOTHING
        """What was said, once it is stopped or at its end."""

    @property
    def came(self) -> str:
        """What has come."""
        return "".join(self._came)

    @property
    def out(self) -> str:
        """What has gone out."""
        return "".join(self._out)

    @property
    def stopped(self) -> bool:
        """Whether nothing more goes out."""
        return self.screened.stopped is not None

    async def put(self, text: str) -> str:
        """A piece comes; what may go out now."""
        self._came.append(text)
        if self._reach is None:
            return ""
        self._window += text
        if self._start + len(self._window) - self._reach <= self._gone:
            return ""
        glance = await self._glance()
        if glance.unsettled:
            self._reach = None
        if self.stopped or glance.unsettled or glance.screened.stopped:
            return ""
        text = self._let_go(glance.rewriting, self._border(glance))
        gone = self._gone - self._start
        keep = min(glance.reach.back(gone), max(gone - self._cascade.look_back, 0))
        self._window, self._start = self._window[keep:], self._start + keep
        return text

    async def end(self) -> str:
        """Nothing more comes; what of the rest may go out. Without a text, nobody is asked."""
        whole = self.came
        if not whole:
            return ""
        glance = await self._cascade.glance(spoken(whole, self._turns))
        self.screened = glance.screened
        self._window, self._start = whole, 0
        if not self.stopped and not self._stands(glance.rewriting):
            self._stop("guards rewrite what they had let go", glance.screened)
        return "" if self.stopped else self._let_go(glance.rewriting, len(whole) + 1)

    async def _glance(self) -> Glance:
        """What the guards say of the window; where they object to that or to what has gone out, what of it all."""
        glance = await self._shown()
        if self._start and (self._objects(glance) or self._reaches_back(glance.rewriting)):
            self._window, self._start = self.came, 0
            glance = await self._shown()
        if self._objects(glance):
            self.screened = glance.screened
        elif self._reaches_back(glance.rewriting):
            self._stop("guards rewrite what they had let go", glance.screened)
        return glance

    async def _shown(self) -> Glance:
        return await self._cascade.glance(Sight("output", self._window, self._turns, whole=False))

    def _border(self, glance: Glance) -> int:
        return self._start + glance.reach.border(glance.rewriting)

    def _objects(self, glance: Glance) -> bool:
        """Whether it is stopped for good: not for what may look harmless once more of the text has come."""
        found = glance.screened.stopped
        return found is not None and (found.span is None or self._start + found.span.end <= self._border(glance))

    def _reaches_back(self, rewriting: Rewriting) -> bool:
        """Whether an edit lies over the border of what has gone out."""
        gone = self._gone - self._start
        return any(span.start < gone < span.end for span, _ in rewriting.edits)

    def _stands(self, rewriting: Rewriting) -> bool:
        """Whether what has gone out is what the guards would let go now that they have seen it all."""
        return not self._reaches_back(rewriting) and rewriting.between(0, self._gone) == self.out

    def _let_go(self, rewriting: Rewriting, end: int) -> str:
        """What stands for what came up to there, and has not gone out."""
        if end <= self._gone:
            return ""
        text = rewriting.between(self._gone - self._start, end - self._start)
        self._out.append(text)
        self._gone = end
        return text

    def _stop(self, why: str, screened: Screened) -> None:
        decision = GuardDecision(
            guard=TOO_LATE, place="output", action="block", mode="enforce", reason=why, error=f"{why}; see hold_back"
        )
        self.screened = screened._replace(decisions=(*screened.decisions, decision))
