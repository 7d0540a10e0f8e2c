"""How everything is extended: a kind, a folder of built-ins, an entry-point group. Nothing else.

A plugin is a frozen dataclass in a module of its own that ends in `PLUGIN = TheClass`. Its name is the module's
name and its settings are its fields. Built-ins live in the kind's folder; anyone else's are found by the
entry-point group `meant.<kind>`. Naming a plugin imports that one module and no other.
"""

import dataclasses
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any, Generic, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from meant.core.errors import PluginError, did_you_mean

T = TypeVar("T")


@dataclass(frozen=True)
class Kind(Generic[T]):
    """One way to extend the package."""

    name: str
    folder: str
    """Dotted path of the built-ins' package."""
    method: str
    """What every plugin of the kind must define."""

    def names(self) -> list[str]:
        """Every known plugin, without importing any of them."""
        return sorted({*self._builtin(), *(e.name for e in entry_points(group=f"meant.{self.name}"))})

    def load(self, name: str) -> type[T]:
        """The plugin's class; imports only its module. Raises PluginError that lists the valid names."""
        builtin = name in self._builtin()
        theirs = list(entry_points(group=f"meant.{self.name}", name=name))
        if builtin + len(theirs) > 1:
            raise PluginError(f"{self.name} {name!r} is claimed twice", "uninstall one of the packages that bring it")
        if theirs:
            return self._checked(name, theirs[0].load())
        if builtin:
            return self._checked(name, import_module(f"{self.folder}.{name}").PLUGIN)
        known = self.names()
        raise PluginError(f"no {self.name} named {name!r}", f"{did_you_mean(name, known)}there are: {', '.join(known)}")

    def build(self, spec: Mapping[str, Any], **given: Any) -> T:
        """An instance from settings `{"use": name, **fields}`; `given` are objects that a file cannot name.

        Raises PluginError for an unknown, missing or ill-typed field, and lists the valid ones.
        """
        fields = dict(spec)
        use = fields.pop("use", None)
        if not isinstance(use, str):
            raise PluginError(f"a {self.name} needs `use`", f"name one of: {', '.join(self.names())}")
        cls = self.load(use)
        known = settings_of(cls)
        if extra := sorted({*fields, *given} - set(known)):
            raise PluginError(
                f"{self.name} {use!r} has no setting {extra[0]!r}",
                f"{did_you_mean(extra[0], known)}it has: {', '.join(known)}",
                setting=extra[0],
            )
        try:
            return TypeAdapter(cls).validate_python({**fields, **given})
        except ValidationError as error:
            first = error.errors()[0]
            setting = ".".join(str(part) for part in first["loc"])
            raise PluginError(
                f"{self.name} {use!r}: {setting}: {first['msg']}", f"correct `{setting}`", setting=setting
            ) from error

    def _builtin(self) -> set[str]:
        return {m.name for m in pkgutil.iter_modules(import_module(self.folder).__path__)}

    def _checked(self, name: str, cls: Any) -> type[T]:
        if not callable(getattr(cls, self.method, None)):
            raise PluginError(f"{self.name} {name!r} breaks its contract", f"it must define {self.method}()")
        return cast("type[T]", cls)


def settings_of(cls: type) -> list[str]:
    """Names of the settings of a plugin class: the init fields of its dataclass."""
    return [f.name for f in dataclasses.fields(cls) if f.init] if dataclasses.is_dataclass(cls) else []
