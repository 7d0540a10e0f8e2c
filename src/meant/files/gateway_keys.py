"""An API key in a gateway file: where to find what it must be, and never the key itself."""

import os
import re
from hashlib import sha256
from typing import Annotated

from pydantic import AfterValidator, model_validator

from meant.core.base import Value, wrong
from meant.core.policy import Text

_SHORTEST = 16
_DIGEST = re.compile("[0-9a-f]{64}")


def _hexadecimal(digest: str) -> str:
    if not _DIGEST.fullmatch(digest):
        raise wrong("no SHA-256: that has 64 digits, 0-9 and a-f", "take the one that `meant serve --new-key` says")
    return digest


class KeySource(Value):
    """An API key: where to find what it must be. Exactly one of `sha256` and `env`."""

    name: Text
    """What the record calls it."""
    sha256: Annotated[str, AfterValidator(_hexadecimal)] | None = None
    """SHA-256 of the key, in hex; `meant serve --new-key` makes a key and this."""
    env: Text | None = None
    """Environment variable that holds the key."""

    @model_validator(mode="after")
    def _one_source(self) -> "KeySource":
        if (self.sha256 is None) == (self.env is None):
            raise wrong("a key needs one source", "give either `sha256:` or `env:`")
        return self

    @property
    def weakness(self) -> str | None:
        """What keeps it from being a key that is worth the name; None: nothing."""
        if self.env is None:
            return None
        value = os.environ.get(self.env, "").strip()
        if len(value) >= _SHORTEST:
            return None
        return "is not set" if not value else f"holds a key of fewer than {_SHORTEST} characters"

    @property
    def digest(self) -> str:
        """SHA-256 of the key, in hex. KeyError where the variable is not set."""
        return self.sha256 or sha256(os.environ[self.env or ""].strip().encode()).hexdigest()
