"""Approval: asking a person about a tool call that the policy leaves to one."""

from collections.abc import Sequence
from typing import Protocol

from meant.core.policy import ToolRule
from meant.core.turn import ToolCall, Turn


class Approver(Protocol):
    """Puts a call to a person. It is on the path of the reply, so it says None rather than wait for ever."""

    async def approve(self, call: ToolCall, *, rule: ToolRule, turns: Sequence[Turn]) -> bool | None:
        """What the person said; None: nobody answered. `turns` are the conversation, the turn that calls included."""
        ...
