"""People's approvals in a gateway: the questions wait in the store, and how many do is counted.

Its rule: what a person says is of one system and one tenant. The same words of another tenant are another question.
"""

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import NamedTuple

from meant.core.approval import Approver, Question


class Asker(NamedTuple):
    """Who is behind a request that is being answered."""

    system: str | None = None
    tenant: str | None = None


ASKER: ContextVar[Asker] = ContextVar("asker")
"""Set for each request: an approver hears of no request but by its question."""


@dataclass
class Open:
    """The questions that wait for a person now, whichever generation asked them."""

    count: int = 0


@dataclass(frozen=True)
class Counted:
    """An approver whose open questions are counted."""

    inner: Approver
    open: Open = field(default_factory=Open)

    async def approve(self, question: Question) -> bool | None:
        """What the inner one says."""
        self.open.count += 1
        try:
            return await self.inner.approve(Question(**dict(question) | ASKER.get(Asker())._asdict()))
        finally:
            self.open.count -= 1
