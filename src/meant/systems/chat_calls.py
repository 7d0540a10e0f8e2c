"""Reads the tool calls of Chat Completions, of a whole answer or of a stream's parts.

Source: OpenAI API reference, "Chat" (`tool_calls` of the chat completion object and its chunk).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from meant.core.system import CallDelta
from meant.core.turn import Turn
from meant.systems.http.failure import object_in, shown, unreadable
from meant.systems.tools.calls import Written, arguments_text
from meant.systems.tools.streamed import Streamed


class Called:
    """The calls that came so far. `turns` are the conversation before them."""

    def __init__(self, turns: Sequence[Turn]) -> None:
        self._streamed = Streamed(turns)
        self._places = dict[int | None, int]()
        """Which call each `index` of a stream speaks of."""
        self._given = list[object]()
        """The id of each call, as the model gave it."""

    def __len__(self) -> int:
        return len(self._streamed)

    @property
    def written(self) -> list[Written]:
        """The calls, with the arguments that came so far."""
        return self._streamed.written

    def take(self, calls: Sequence[Any], where: str, *, numbered: bool) -> list[CallDelta]:
        """What the protocol's `tool_calls` add. `numbered`: each says which call it goes on with, or begins."""
        added = list[CallDelta]()
        for i, call in enumerate(calls):
            told = object_in(call, f"{where}[{i}]")
            known = self._places.get(_index(told)) if numbered else None
            added.append(self._more(told, known) or self._begun(told, f"{where}[{i}]"))
        return added

    def _more(self, told: Mapping[str, Any], known: int | None) -> CallDelta | None:
        """More of a call that has begun. None: some servers number every call alike, and this is another one."""
        if known is None or told.get("id") not in (None, "", self._given[known]):
            return None
        function = object_in(told.get("function") or {}, "function")
        return self._streamed.add(known, arguments_text(function.get("arguments") or ""))

    def _begun(self, told: Mapping[str, Any], what: str) -> CallDelta:
        function = object_in(told.get("function"), f"{what}.function")
        name = function.get("name")
        if not isinstance(name, str):
            raise unreadable(f"{what} names no function, only {shown(name)}")
        self._given.append(told.get("id"))
        self._places[_index(told)] = len(self._streamed)
        return self._streamed.begin(told.get("id"), name, function.get("arguments"))


def _index(call: Mapping[str, Any]) -> int | None:
    """Some servers give none."""
    index = call.get("index")
    return index if isinstance(index, int) else None
