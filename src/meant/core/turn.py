"""A Turn: one message of a conversation, and the tool calls that an assistant's message may carry."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, JsonValue, PrivateAttr, model_validator
from pydantic_core import to_json

from meant.core.base import Value, wrong

Role = Literal["system", "user", "assistant", "tool"]
Place = Literal["input", "retrieved", "call", "output"]
"""What a user says; what a tool or a document brought; a tool call, before it is carried out; what the model says."""


class ToolCall(Value):
    """A tool that the model wants to be called."""

    id: Annotated[str, Field(min_length=1)]
    """Tells the calls of one conversation apart; the provider's own where it gives one."""
    tool: str
    arguments: Mapping[str, JsonValue] = {}
    malformed: str | None = None
    """The arguments as the model wrote them, where they are no JSON object. Such a call is never carried out."""

    @property
    def written(self) -> str:
        """The arguments as a JSON text; malformed ones as the model wrote them."""
        return to_json(self.arguments).decode() if self.malformed is None else self.malformed


class Turn(Value):
    """Who said what."""

    role: Role
    text: str
    calls: tuple[ToolCall, ...] = ()
    """Of an assistant's turn: what it wants to be called, in order."""
    answers: str | None = None
    """Of a tool's turn: the id of the call whose result `text` is."""

    @property
    def came(self) -> str:
        """The text as it came, whatever a guard has put in its place since. It is never sent and never stored."""
        return self.text

    def saying(self, text: str) -> "Turn":
        """The turn with another text, which still knows what it came with."""
        if text == self.text:
            return self
        turn = _Rewritten(role=self.role, text=text, calls=self.calls, answers=self.answers)
        turn._came = self.came  # noqa: SLF001 - its own module
        return turn

    @model_validator(mode="after")
    def _in_its_place(self) -> "Turn":
        if self.calls and self.role != "assistant":
            raise wrong(f"a turn of role {self.role!r} calls tools", "only the assistant does")
        if (self.answers is not None) != (self.role == "tool"):
            raise wrong(f"a turn of role {self.role!r}, `answers` {self.answers!r}", "a tool's turn names its call")
        return self


class _Rewritten(Turn):
    """A turn with another text than it came with. Of its own, since a private attribute doubles the time of a Turn."""

    _came: str = PrivateAttr()

    @property
    def came(self) -> str:
        return self._came
