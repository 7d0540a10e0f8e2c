"""A function of the user's, sync or async: from the turns of a conversation to a text, or to a Reply.

Its rule: whatever the function does ends as a reply or as one SystemFailure, and never stalls the loop. A sync one runs
in a thread. Not implemented: streaming.
"""

import inspect
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from meant.core.base import content_id
from meant.core.errors import PluginError, SystemFailure
from meant.core.system import Reply, Sampling, Timing
from meant.core.turn import Turn
from meant.plugins import load_object
from meant.systems.functions import ended, sources
from meant.systems.threads import Slots

OFFERED = ("seed", "sampling")
"""What a function is given besides, where it has a parameter of that name."""


@dataclass(frozen=True)
class Python:
    """The function that `function` names. Raises PluginError where there is none that can be asked."""

    function: str
    """As `module:name`."""
    takes: Literal["turns", "prompt"] = "turns"
    """The list of turns, or the text of the only one."""
    folder: str = "."
    """Where the module is looked for first; in a system file as seen from that file."""
    version: str = ""
    """Change it when something changes that the module's own source does not show."""
    name: str = ""
    """"": `python:FUNCTION`."""
    timeout_s: Annotated[float, Field(gt=0)] = 120.0
    at_once: Annotated[int, Field(ge=1)] = 16
    """Calls under way at the same time."""
    sampling: Sampling = field(default_factory=Sampling)
    """Reaches a function only that has a parameter `sampling`."""
    _function: Callable[..., Any] = field(init=False, repr=False, compare=False)
    _wants: frozenset[str] = field(init=False, repr=False, compare=False)
    _slots: Slots = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        function = load_object(self.function, folder=Path(self.folder), setting="function")
        put = object.__setattr__
        put(self, "name", self.name or f"python:{self.function}")
        put(self, "_function", function)
        put(self, "_wants", _wants(function, self.function))
        put(self, "_slots", Slots(self.at_once))
        _ = self.fingerprint

    @cached_property
    def fingerprint(self) -> str:
        """Hash of the source of the modules that name and define the function, of the version and the settings.

        Not of what they import. Raises PluginError where there is neither source nor version.
        """
        found = sources(self.function, self._function)
        if not found and not self.version:
            words = f"{self.function} has no source to tell one version of it from the next"
            raise PluginError(words, "give it a `version`, and change that with it", setting="version")
        drawn = self.sampling.model_dump(mode="json") if "sampling" in self._wants else None
        return content_id(["python", self.function, self.takes, self.version, found, drawn])

    async def reply(self, turns: Sequence[Turn], *, seed: int | None = None) -> Reply:
        """What the function says. Its time is that of the call alone."""
        offered = {"seed": seed, "sampling": self.sampling}
        call = partial(self._function, self._given(turns), **{name: offered[name] for name in self._wants})
        async with self._slots.here():
            began = time.perf_counter()
            said = await ended(self._function, call, named=self.function, timeout_s=self.timeout_s)
            timing = Timing(total_s=time.perf_counter() - began)
        return self._reply(said, timing)

    async def aclose(self) -> None:
        """Nothing to let go of."""

    def _given(self, turns: Sequence[Turn]) -> list[Turn] | str:
        if self.takes == "turns":
            return list(turns)
        if [turn.role for turn in turns] != ["user"]:
            told = ", ".join(turn.role for turn in turns) or "none"
            words = f"{self.function} takes one prompt and cannot be told these turns: {told}; set `takes: turns`"
            raise SystemFailure(words, kind="rejected")
        return turns[0].text

    def _reply(self, said: object, timing: Timing) -> Reply:
        if isinstance(said, str):
            return Reply(turn=Turn(role="assistant", text=said), timing=timing)
        if not isinstance(said, Reply):
            words = f"{self.function} returned {type(said).__name__}, not a text or a Reply"
            raise SystemFailure(words, kind="protocol")
        if said.turn.role != "assistant":
            raise SystemFailure(f"{self.function} replied as {said.turn.role!r}, not 'assistant'", kind="protocol")
        return said if said.timing else said.model_copy(update={"timing": timing})


def _wants(function: object, named: str) -> frozenset[str]:
    """Which of OFFERED it takes. Raises PluginError for what cannot be called with the turns and those."""
    if not callable(function) or isinstance(function, type):
        words = f"{named} is {'a class' if isinstance(function, type) else type(function).__name__}, not a function"
        raise PluginError(words, "name a function, or an object that can be called", setting="function")
    try:
        signature = inspect.signature(function)
    except ValueError:  # some of those written in C do not tell
        return frozenset()
    wants = frozenset(OFFERED) & signature.parameters.keys()
    try:
        signature.bind("turns", **dict.fromkeys(wants))
    except TypeError as error:
        words = f"{named}{signature} cannot be called with the turns alone: {error}"
        raise PluginError(words, "give its other parameters defaults", setting="function") from None
    return wants


PLUGIN = Python
