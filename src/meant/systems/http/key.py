"""Secrets from the environment: read when a session opens, shown never."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from meant.core.errors import ConfigError

HIDDEN = b"[key]"


class Secrets(Protocol):
    """What a request's headers carry and nothing else may show."""

    def headers(self) -> Mapping[str, str]:
        """The headers, secrets in place. Raises ConfigError where one is missing or no header could hold it."""
        ...

    def hide(self, words: bytes) -> bytes:
        """The words without the secrets: a server may repeat what it was sent. To be called before shortening."""
        ...


@dataclass(frozen=True)
class Key:
    """The key in the environment variable `env`; "" names none."""

    env: str
    auth: Callable[[str], Mapping[str, str]]
    """The headers that carry a key."""
    needed: bool = False
    """Whether nothing works without it."""

    def headers(self) -> Mapping[str, str]:
        """Those of the key; none where there is none. Raises ConfigError where it is needed or cannot be sent."""
        key = self._value()
        if self.needed and not key:
            raise ConfigError(f"no key: set the environment variable {self.env or '(name one in `api_key_env`)'}")
        if not sendable(key) or " " in key:
            raise ConfigError(f"{self.env} holds characters that no key has: copy it once more")
        return self.auth(key) if key else {}

    def hide(self, words: bytes) -> bytes:
        """The words without the key."""
        key = self._value()
        return words.replace(key.encode(), HIDDEN) if key else words

    def _value(self) -> str:
        return os.environ.get(self.env, "").strip() if self.env else ""


def sendable(value: str) -> bool:
    """Whether a header can hold it on every server: printable ASCII."""
    return value.isascii() and value.isprintable()
