"""The dialects that are spoken here, each under the path that its clients send to."""

from collections.abc import Mapping
from types import MappingProxyType

from meant.serve.wires.chat import Chat
from meant.serve.wires.contract import Wire

_SPOKEN: tuple[Wire, ...] = (Chat(),)
WIRES: Mapping[str, Wire] = MappingProxyType({wire.path: wire for wire in _SPOKEN})
