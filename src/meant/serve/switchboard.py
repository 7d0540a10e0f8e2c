"""What operators have switched off, as a running gateway sees it: read again as soon as the store says that it changed.

Its rule: what is off stays off while the store cannot be read; nothing is switched on by a fault.
"""

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from meant.core.request import Request
from meant.core.switch import Switch, SwitchKind
from meant.serve.wires.contract import Refused
from meant.store.switches import Switches

_log = logging.getLogger(__name__)


@dataclass
class Switchboard:
    """How the switches stand. `refresh` reads them, in whatever thread opened the store.

    As a container, it holds the tools that are off.
    """

    off: Mapping[tuple[SwitchKind, str], Switch] = field(default_factory=dict)
    tools: frozenset[str] = frozenset()
    """Those that are off."""
    _turns: int = 0
    _before: Mapping[tuple[SwitchKind, str], Switch] = field(default_factory=dict)
    """What was off in the stores before this one."""
    _reading: threading.Lock = field(default_factory=threading.Lock)

    def refresh(self, switches: Switches) -> None:
        """See whether any was turned. One at a time, so that nobody puts back what was read before a turn."""
        with self._reading:
            self._refresh(switches)

    def moved(self) -> None:
        """From now on another store is read. What was off stays off until it is switched on there."""
        with self._reading:
            self._turns, self._before = -1, self.off

    def _refresh(self, switches: Switches) -> None:
        turns = switches.turns()
        if turns == self._turns:
            return
        newest = {**self._before, **switches.newest()}
        off = {key: one for key, one in newest.items() if not one.on}
        for kind, name in sorted({*off} ^ {*self.off}):
            _log.warning("the %s %s is switched %s", kind, name, "off" if (kind, name) in off else "on")
        self.tools = frozenset(name for kind, name in off if kind == "tool")
        self.off, self._turns = off, turns

    def __contains__(self, tool: object) -> bool:
        return tool in self.tools

    def check(self, system: str, tenant: str | None) -> None:
        """Raises Refused where one of them is off."""
        if not self.off:
            return
        if ("system", system) in self.off:
            raise Refused(503, "stopped", f"the operator has switched {system} off for the time being")
        if tenant is not None and ("tenant", tenant) in self.off:
            raise Refused(503, "stopped", "the operator has switched your access off for the time being")

    def stops(self, system: str, tenant: str | None) -> bool:
        """Whether one of them is off."""
        return ("system", system) in self.off or (tenant is not None and ("tenant", tenant) in self.off)

    def without(self, request: Request) -> Request:
        """The request without the tools that are off."""
        if not self.tools or not any(tool.name in self.tools for tool in request.tools):
            return request
        left = tuple(tool for tool in request.tools if tool.name not in self.tools)
        choice = request.tool_choice
        if choice in self.tools:
            raise Refused(503, "stopped", f"the operator has switched the tool {choice} off", param="tool_choice")
        return request.model_copy(update={"tools": left, "tool_choice": choice if left else "none"})
