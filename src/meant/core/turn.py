"""A Turn: one message of a conversation."""

from typing import Literal

from meant.core.base import Noun

Role = Literal["system", "user", "assistant"]


class Turn(Noun):
    """Who said what."""

    role: Role
    text: str
