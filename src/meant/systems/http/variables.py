"""Headers whose values name environment variables as `${NAME}`: filled in when a session opens, shown never.

Keeps `Secrets`. Every variable that a header names counts as a secret, whatever it holds.
"""

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from meant.core.errors import ConfigError, PluginError
from meant.systems.http.key import sendable

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""A token of RFC 9110, 5.6.2."""


@dataclass(frozen=True)
class Headers:
    """Header names to values as a file gives them. Raises PluginError for what can be no header."""

    templates: Mapping[str, str] = field(repr=False)

    def __post_init__(self) -> None:
        for name, value in self.templates.items():
            where = f"headers.{name}"
            if not _NAME.fullmatch(name):
                raise PluginError(f"{name!r} can be no header's name", "use letters, digits and -", setting=where)
            if not sendable(value):
                raise PluginError(f"header {name} holds more than printable ASCII", "leave it out", setting=where)
            if "${" in _VARIABLE.sub("", value):
                raise PluginError(f"header {name} has a ${{ that names nothing", "write ${NAME}", setting=where)

    @property
    def variables(self) -> tuple[str, ...]:
        """Names of the environment variables, sorted."""
        return tuple(sorted({name for value in self.templates.values() for name in _VARIABLE.findall(value)}))

    def headers(self) -> Mapping[str, str]:
        """With the variables' values. Raises ConfigError where one is not set, or no header could hold it."""
        values = {name: self._value(name) for name in self.variables}
        return {name: _VARIABLE.sub(lambda m: values[m[1]], text) for name, text in self.templates.items()}

    def hide(self, words: bytes) -> bytes:
        """The words with `[NAME]` for each value; the longest first, so that no rest of one stays behind."""
        values = {name: _read(name) for name in self.variables}
        for name in _longest_first(values):
            words = words.replace(values[name].encode(), f"[{name}]".encode())
        return words

    def _value(self, name: str) -> str:
        value = _read(name)
        user = next(header for header, text in self.templates.items() if f"${{{name}}}" in text)
        if not value:
            raise ConfigError(f"no value for the header {user}: set the environment variable {name}")
        if not sendable(value):
            raise ConfigError(f"{name} holds characters that no header can hold: copy it once more")
        return value


def _read(name: str) -> str:
    return os.environ.get(name, "").strip()


def _longest_first(values: Mapping[str, str]) -> Iterable[str]:
    return sorted((name for name, value in values.items() if value), key=lambda name: -len(values[name]))
