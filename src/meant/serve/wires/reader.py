"""How a body becomes a Request, whatever the dialect: each gives how its own fields are read."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from meant.core.request import Dialect, Request, Wishes
from meant.core.tool import Tool
from meant.core.turn import Turn
from meant.serve.wires.asked_tools import chosen, distinct
from meant.serve.wires.contract import Asked
from meant.serve.wires.fields import Fields, a_flag, a_name, numbered, read_object

Body = dict[str, Any]


@dataclass(frozen=True)
class Reader:
    """One dialect's."""

    dialect: Dialect
    fields: Fields
    """Of the body."""
    turns: Callable[[Body], tuple[Turn, ...]]
    tool: Callable[[object, str], Tool]
    """A tool, and what it is called in a refusal."""
    choice: Callable[[object], str]
    """Of `tool_choice`."""
    wishes: Callable[[Body], Wishes]
    more: Callable[[Body], Body] | None = None
    """Fields of the Request that this dialect alone has."""

    def read(self, body: bytes) -> Asked:
        """The request. Raises Refused."""
        told = read_object(body)
        extra = self.fields.pass_on(told)
        tools = self._tools(told.get("tools"))
        return Asked(
            a_name(told.get("model"), "model"),
            Request(
                turns=self.turns(told),
                tools=tools,
                tool_choice=chosen(self.choice(told.get("tool_choice")), tools),
                wishes=self.wishes(told),
                stream=a_flag(told.get("stream"), "stream"),
                dialect=self.dialect,
                extra=extra,
                **(self.more(told) if self.more else {}),
            ),
        )

    def _tools(self, given: object) -> tuple[Tool, ...]:
        return () if given is None else distinct((self.tool(*one) for one in numbered(given, "tools")), "tools")
