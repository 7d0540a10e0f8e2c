"""What carries a call out: a function of the user's, or, in a case, what the case says comes of it.

Its rule: whatever happens is a text for the model. A tool that raises is a result that says so.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import orjson
from pydantic import JsonValue

from meant.core.errors import PluginError, SystemFailure
from meant.core.tool import Simulated, Tool
from meant.plugins import load_object
from meant.systems.functions import ended, sources
from meant.systems.tools.predicates import Arguments, all_hold


class Carrier(Protocol):
    """Carries out the calls of one tool."""

    @property
    def tool(self) -> Tool:
        """What the model is told of it."""
        ...

    async def run(self, arguments: Arguments) -> str:
        """The result, as the model gets it."""
        ...


@dataclass(frozen=True)
class Simulation:
    """Returns what the case says, and does nothing."""

    tool: Simulated

    async def run(self, arguments: Arguments) -> str:
        """The first result whose predicates all hold."""
        found = (result.returns for result in self.tool.results if all_hold(result.when, arguments))
        return next(found, "The tool failed: it has no result for these arguments.")


@dataclass(frozen=True)
class Function:
    """Calls the function with the arguments by name."""

    tool: Tool
    named: str
    """As `module:name`."""
    function: Callable[..., Any]
    timeout_s: float

    @property
    def identity(self) -> list[Any]:
        """All that could change what it does, as far as its module's source shows it."""
        return [self.tool.model_dump(mode="json"), self.named, sources(self.named, self.function)]

    async def run(self, arguments: Arguments) -> str:
        """What the function returns: a text as it is, other data as JSON."""
        call = partial(self.function, **arguments)
        try:
            return _text(await ended(self.function, call, named=self.tool.name, timeout_s=self.timeout_s))
        except SystemFailure as failure:
            return f"The tool failed: {failure}"


def load_function(tool: Tool, *, named: str, folder: Path, timeout_s: float) -> Function:
    """The function that `named` names. Raises PluginError where there is none that takes the tool's arguments."""
    function = load_object(named, folder=folder, setting="call")
    if not callable(function) or isinstance(function, type):
        words = f"{named} is {'a class' if isinstance(function, type) else type(function).__name__}, not a function"
        raise PluginError(words, "name a function, or an object that can be called", setting="call")
    _check(function, named, tool.parameters)
    return Function(tool, named, function, timeout_s)


def _check(function: Callable[..., Any], named: str, parameters: Mapping[str, JsonValue]) -> None:
    """It can be called with all arguments, and with the required ones alone."""
    try:
        signature = inspect.signature(function)
    except ValueError:  # some of those written in C do not tell
        return
    for field in ("properties", "required"):
        given = [str(name) for name in names] if isinstance(names := parameters.get(field), dict | list) else []
        try:
            signature.bind(**dict.fromkeys(given))
        except TypeError as error:
            told = f"the arguments {', '.join(given)}" if given else "no arguments"
            words = f"{named}{signature} cannot be called with {told}: {error}"
            remedy = "name under `parameters` what the function takes, and under `required` what it must have"
            raise PluginError(words, remedy, setting="call") from None


def _text(said: object) -> str:
    if isinstance(said, str):
        return said
    try:
        return orjson.dumps(said).decode()
    except orjson.JSONEncodeError:
        return f"The tool failed: it returned {type(said).__name__}, which is neither text nor JSON data."
