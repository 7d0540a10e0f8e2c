"""Takes one value out of a JSON answer by its JSONPath (RFC 9535).

Its rule: a path that does not lead to exactly one value is a failure that shows the answer's shape: its keys and the
kinds of its values, but none of the values, which may be anybody's.
"""

from dataclasses import dataclass, field
from typing import Any

from jsonpath import JSONPath
from jsonpath import compile as compiled
from jsonpath.exceptions import JSONPathError

from meant.core.errors import PluginError
from meant.systems.http.failure import shown, unreadable

DEEP, WIDE = 4, 8
"""Levels and keys of an answer that its shape shows."""


@dataclass(frozen=True)
class Path:
    """A JSONPath as a file gives it. Raises PluginError where it is none."""

    text: str
    setting: str
    _path: JSONPath = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        try:
            path = compiled(self.text, strict=True) if self.text else None
        except JSONPathError as error:
            raise self._wrong(str(error.args[0])) from None
        if not isinstance(path, JSONPath):
            raise self._wrong("it is empty")
        object.__setattr__(self, "_path", path)

    def one(self, answer: Any) -> Any:
        """The value. Raises SystemFailure where there is none, or more than one."""
        found = self._found(answer)
        if len(found) != 1:
            many = "nothing" if not found else f"{len(found)} values"
            raise unreadable(f"{self.setting} {self.text} finds {many} in the answer, which is {shown(shape(answer))}")
        return found[0]

    def _found(self, answer: Any) -> list[object]:
        """All values. A text is wrapped first: the library would parse it as JSON."""
        try:
            return self._path.findall(answer) if isinstance(answer, dict | list) else self._root(answer)
        except JSONPathError as error:
            problem = f"{self.setting} {self.text} cannot be followed in the answer: {error.args[0]}"
        raise unreadable(problem)

    def _root(self, answer: Any) -> list[object]:
        return [] if self._path.segments else [answer]

    def _wrong(self, why: str) -> PluginError:
        words = f"{self.setting} {self.text!r} is no JSONPath ({why})"
        return PluginError(words, "write one like $.choices[0].text", setting=self.setting)


def shape(answer: Any, deep: int = DEEP) -> str:
    """`{choices: [{text: text}, … 3 in all], id: number}`."""
    if isinstance(answer, dict):
        inside = [f"{name}: {shape(one, deep - 1)}" for name, one in list(answer.items())[:WIDE]] if deep else []
        return f"{{{', '.join(inside)}{'' if len(inside) == len(answer) else ', …' if inside else '…'}}}"
    if isinstance(answer, list):
        first = shape(answer[0], deep - 1) if answer and deep else "…" if answer else ""
        return f"[{first}, … {len(answer)} in all]" if len(answer) > 1 else f"[{first}]"
    kinds = {str: "text", bool: "boolean", type(None): "null"}
    return kinds.get(type(answer), "number")
