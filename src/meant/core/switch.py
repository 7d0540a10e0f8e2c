"""A Switch: an operator's word that a running gateway stops serving something, or serves it again."""

from datetime import datetime
from typing import Literal

from meant.core.base import Value
from meant.core.policy import Text

SwitchKind = Literal["system", "tool", "tenant"]


class Switch(Value):
    """One turn of a switch. The newest of a kind and name says how it stands; what nobody turned is on."""

    kind: SwitchKind
    name: Text
    """Of a system as callers ask for it, of a tool as a model calls it, or of a tenant."""
    on: bool
    reason: Text
    """For whoever reads the record; callers are not told."""
    by: Text
    """Who turned it."""
    at: datetime
    """UTC."""
