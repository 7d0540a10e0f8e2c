"""The dialects that are spoken here, each under the path that its clients send to."""

from collections.abc import Mapping
from types import MappingProxyType

from meant.serve.wires.chat import Chat
from meant.serve.wires.contract import Wire
from meant.serve.wires.messages import Messages
from meant.serve.wires.responses import Responses

_SPOKEN: tuple[Wire, ...] = (Chat(), Responses(), Messages())
WIRES: Mapping[str, Wire] = MappingProxyType({wire.path: wire for wire in _SPOKEN})
