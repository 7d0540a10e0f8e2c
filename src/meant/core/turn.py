"""A Turn: one message of a conversation."""

from typing import Literal

from meant.core.base import Value

Role = Literal["system", "user", "assistant"]


class Turn(Value):
    """Who said what."""

    role: Role
    text: str
