"""The turns of a request, put together in order.

Its rule: what a client says has happened must at least fit together. A result answers a call before it, no two calls
share an id, and the last word is not the assistant's: a reply that is begun for the model is nobody's reply. It has at
most `MOST` turns and calls: guards are shown each with all that was before it.
"""

from collections.abc import Sequence

from meant.core.turn import ToolCall, Turn
from meant.serve.wires.contract import Refused
from meant.serve.wires.fields import invalid, quoted

MOST = 2_000


class Conversation:
    """The turns so far; `param` is what the dialect calls the list of them, `system` what it has apart from it."""

    def __init__(self, param: str, *, system: str | None = None) -> None:
        self._param = param
        self._before = () if system is None else (Turn(role="system", text=system),)
        self._turns: list[Turn] = []
        self._called = set[str]()

    def say(self, turn: Turn) -> None:
        """A turn with nothing but text."""
        self._room()
        self._turns.append(turn)

    def call(self, text: str, calls: Sequence[ToolCall], at: str) -> None:
        """The assistant's text and calls."""
        for call in calls:
            if call.id in self._called:
                invalid(f"The call id {quoted(call.id)} is used twice.", at)
            self._called.add(call.id)
        self._room()
        self._turns.append(Turn(role="assistant", text=text, calls=tuple(calls)))

    def call_too(self, call: ToolCall, at: str) -> None:
        """A call of the assistant's turn just before it, or of one without text."""
        before = self._turns.pop() if self._turns and self._turns[-1].role == "assistant" else None
        made = before.calls if before else ()
        self._called -= {one.id for one in made}
        self.call(before.text if before else "", [*made, call], at)

    def answer(self, id_: str, text: str, at: str) -> None:
        """The result of a call."""
        if id_ not in self._called:
            invalid(f"There is no call {quoted(id_)} before this result.", at)
        self._room()
        self._turns.append(Turn(role="tool", text=text, answers=id_))

    def _room(self) -> None:
        if len(self._turns) + len(self._called) >= MOST:
            words = f"{self._param} holds more than {MOST} turns and calls, which is all that is taken."
            raise Refused(413, "too_large", words, param=self._param)

    def ended(self) -> tuple[Turn, ...]:
        """All of it. Raises Refused where there is nothing to reply to."""
        if not self._turns:
            invalid(f"{self._param} is empty: at least one message is required.", self._param)
        if self._turns[-1].role == "assistant":
            words = "The last message has to be a user's or a tool's: a reply that is begun for the model is not taken."
            invalid(words, self._param)
        return (*self._before, *self._turns)
