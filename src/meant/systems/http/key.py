"""A secret from the environment: read when it is needed, shown never."""

import os
from dataclasses import dataclass

from meant.core.errors import ConfigError

HIDDEN = b"[key]"


@dataclass(frozen=True)
class Key:
    """The key in the environment variable `env`; "" names none."""

    env: str
    needed: bool = False
    """Whether nothing works without it."""

    def read(self) -> str:
        """The key, or "" where there is none. Raises ConfigError where it is needed or no header could hold it."""
        key = self._value()
        if self.needed and not key:
            raise ConfigError(f"no key: set the environment variable {self.env or '(name one in `api_key_env`)'}")
        if not (key.isascii() and key.isprintable()) or " " in key:
            raise ConfigError(f"{self.env} holds characters that no key has: copy it once more")
        return key

    def hide(self, words: bytes) -> bytes:
        """The words without the key: a server may repeat what it was sent. To be called before they are shortened."""
        key = self._value()
        return words.replace(key.encode(), HIDDEN) if key else words

    def _value(self) -> str:
        return os.environ.get(self.env, "").strip() if self.env else ""
