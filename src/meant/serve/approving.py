"""People's approvals in a gateway: the questions wait in the store, and how many do is counted."""

from dataclasses import dataclass

from meant.core.approval import Approver, Question


@dataclass
class Counted:
    """An approver, and how many questions it waits for now."""

    inner: Approver
    waiting: int = 0

    async def approve(self, question: Question) -> bool | None:
        """What the inner one says."""
        self.waiting += 1
        try:
            return await self.inner.approve(question)
        finally:
            self.waiting -= 1
