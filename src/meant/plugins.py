"""How everything is extended: a kind, a folder of built-ins, an entry-point group.

A plugin is a frozen dataclass in a module of its own that ends in `PLUGIN = TheClass`. Its name is the module's
name and its settings are its fields. Built-ins live in the kind's folder; anyone else's are found by the
entry-point group `meant.<kind>`. Naming a plugin imports that one module and no other. Code of a user's that is no
plugin is named as `module:name` and loaded by `load_object`; nothing else here imports by name.
"""

import dataclasses
import pkgutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from importlib import import_module, invalidate_caches
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any, Generic, TypeVar, cast

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from meant.core.errors import PluginError, choose_of, did_you_mean

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
            setting = ".".join(str(part) for part in error.errors()[0]["loc"])
            problem, remedy = _words(error.errors()[0], setting)
            if not setting:  # the settings together, or what was handed over with them
                raise PluginError(f"{self.name} {use!r}: {problem}", remedy or f"it has: {', '.join(known)}") from error
            raise PluginError(f"{self.name} {use!r}: {setting}: {problem}", remedy, setting=setting) from error

    def _builtin(self) -> set[str]:
        return {m.name for m in pkgutil.iter_modules(import_module(self.folder).__path__)}

    def _checked(self, name: str, cls: Any) -> type[T]:
        if not callable(getattr(cls, self.method, None)):
            raise PluginError(f"{self.name} {name!r} breaks its contract", f"it must define {self.method}()")
        return cast("type[T]", cls)


_SHAPES = {
    "missing": ("is missing", "add `{}:`"),
    "dict_type": ("not a mapping", "write lines of `name: value` below `{}:`"),
    "tuple_type": ("not a list", "write `{}: [...]`"),
}
"""What pydantic has words for that only a programmer reads."""


def _words(error: ErrorDetails, setting: str) -> tuple[str, str]:
    """Problem and remedy, the latter "" where there is none. What a plugin raises says it after its last `; `."""
    if error["type"] in _SHAPES:
        problem, remedy = _SHAPES[error["type"]]
        return problem, remedy.format(setting)
    if error["type"] == "literal_error":
        return "not a valid choice", choose_of(error["input"], error["ctx"]["expected"])
    said = error["msg"].removeprefix("Value error, ")
    problem, _, remedy = said.rpartition("; ")
    return (problem, remedy) if problem else (said, f"correct `{setting}`" if setting else "")


def settings_of(cls: type) -> list[str]:
    """Names of the settings of a plugin class: the init fields of its dataclass."""
    return [f.name for f in dataclasses.fields(cls) if f.init] if dataclasses.is_dataclass(cls) else []


def load_object(path: str, *, folder: Path, setting: str) -> Any:
    """What `module:name` names, found as if Python had been started in `folder`, which goes first on `sys.path`.

    Raises PluginError on `setting` where there is no such thing or importing it fails.
    """
    module, colon, name = path.partition(":")
    if not (colon and all(part.isidentifier() for part in f"{module}.{name}".split("."))):
        raise PluginError(f"{path!r} names no object", "write module:name, as in app:answer", setting=setting)
    here = folder.resolve()
    loaded = _imported(module, here, setting)
    try:
        return reduce(getattr, name.split("."), cast("Any", loaded))
    except AttributeError:
        known = [known for known, value in vars(loaded).items() if callable(value) and not known.startswith("_")]
        remedy = f"{did_you_mean(name, known)}it has: {', '.join(known) or 'nothing to call'}"
        raise PluginError(f"module {module!r} has no {name!r}", remedy, setting=setting) from None


def _imported(module: str, here: Path, setting: str) -> ModuleType:
    """The boundary: whatever goes wrong in a user's module while it is imported is a PluginError."""
    if str(here) not in sys.path:
        sys.path.insert(0, str(here))
    invalidate_caches()
    try:
        loaded = import_module(module)
    except (Exception, SystemExit) as error:
        if isinstance(error, ModuleNotFoundError) and error.name and f"{module}.".startswith(f"{error.name}."):
            remedy = f"it was looked for in {here} and among the installed packages"
            raise PluginError(f"no module named {error.name!r}", remedy, setting=setting) from None
        words = f"importing {module!r} failed: {type(error).__name__}: {error}"
        raise PluginError(words, f"mend what `import {module}` does in {here}", setting=setting) from error
    _check_place(loaded, here, setting)
    return loaded


def _check_place(loaded: ModuleType, here: Path, setting: str) -> None:
    """Raises PluginError where `here` has a module of this name, but another one was already loaded."""
    top = loaded.__name__.partition(".")[0]
    file = Path(loaded.__file__ or here).resolve()
    mine = (here / f"{top}.py", here / top / "__init__.py")
    if any(path.is_file() for path in mine) and not file.is_relative_to(here):
        words = f"the name {top!r} is already taken by the module {file}"
        raise PluginError(words, f"rename the one in {here}", setting=setting)
