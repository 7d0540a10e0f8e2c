"""The calls of a reply while it is under way: their pieces put together, and told one by one.

Its rule: a call has its final id from its first piece on, so that whoever was told the pieces knows the call.
"""

from collections.abc import Sequence

from meant.core.system import CallDelta
from meant.core.turn import Turn
from meant.systems.http.failure import unreadable
from meant.systems.tools.calls import Written, arguments_text, distinct


class Streamed:
    """What came so far. `turns` are the conversation before it, whose calls' ids are taken."""

    def __init__(self, turns: Sequence[Turn] = ()) -> None:
        self._taken = {call.id for turn in turns for call in turn.calls}
        self._calls = list[_Call]()

    def __len__(self) -> int:
        return len(self._calls)

    def begin(self, given: object, tool: str, arguments: object = "") -> CallDelta:
        """A further call: the id that the model gave it, its tool, and what is there of its arguments."""
        id_ = distinct(given, self._taken)
        self._taken.add(id_)
        text = "" if arguments is None else arguments_text(arguments)
        self._calls.append(_Call(id_, tool, text))
        return CallDelta(at=len(self._calls) - 1, id=id_, tool=tool, arguments=text)

    def add(self, at: int, text: str) -> CallDelta:
        """More of the arguments of call `at`, which has to be the last one. Raises SystemFailure."""
        if at != len(self._calls) - 1:
            raise unreadable("the model mixes the pieces of its calls")
        call = self._calls[at]
        call.pieces.append(text)
        return CallDelta(at=at, id=call.id, tool=call.tool, arguments=text)

    @property
    def written(self) -> list[Written]:
        """The calls, with the arguments that came so far."""
        return [Written(call.id, call.tool, "".join(call.pieces)) for call in self._calls]


class _Call:
    def __init__(self, id_: str, tool: str, text: str) -> None:
        self.id, self.tool, self.pieces = id_, tool, [text]
