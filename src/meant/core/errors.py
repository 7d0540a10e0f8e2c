"""Every error this package raises.

MeantError
├── ConfigError          the user wrote something that cannot be used (exit code 2)
│   ├── FileFaults       faults in files: all of them at once, each with file, line, column and remedy
│   └── MissingModel     a model that is not in the cache; says how to get it
├── PluginError          a plugin is unknown, claimed twice, breaks its contract, or is given wrong settings (2)
├── MissingExtra         an optional dependency is not installed; says which extra (exit code 2)
├── StoreError           the store cannot be opened or holds something this version cannot read (exit code 3)
└── BoundaryError        someone else's code failed; recorded on the transcript or verdict, never scored
    ├── SystemFailure    the system under test did not answer
    └── JudgeFailure     a judge gave no usable verdict
"""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:  # `meant --help` imports this module, and pydantic with the one below
    from meant.core.system import Usage


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`did you mean 'x'? ` where one of `known` is close, else ""."""
    close = difflib.get_close_matches(word, list(known), n=1)
    return f"did you mean {close[0]!r}? " if close else ""


def choose_of(value: object, expected: str) -> str:
    """A remedy that names the choices, of which pydantic's `expected` tells as in `'a', 'b' or 'c'`."""
    known = [choice.strip("' ") for choice in expected.replace(" or ", ",").split(",")]
    return f"{did_you_mean(str(value), known)}choose one of: {', '.join(known)}"


class MeantError(Exception):
    """Base of every error raised by this package."""


class ConfigError(MeantError, ValueError):
    """Settings that the user wrote cannot be used."""


@dataclass(frozen=True)
class Fault:
    """One thing wrong in one file."""

    file: str
    line: int
    """1-based; 0 where the file as a whole is meant."""
    column: int
    """1-based; 0 where the line as a whole is meant."""
    where: str
    """Path inside the file, as in `principles[2].severity`."""
    value: str
    """The offending value as written, shortened; empty where something is missing."""
    problem: str
    remedy: str

    def __str__(self) -> str:
        place = ":".join([self.file, *(str(n) for n in (self.line, self.column) if n)])
        value = f" (found: {self.value})" if self.value else ""
        where = f"{self.where}: " if self.where else ""
        return f"{place}: {where}{self.problem}{value}\n    remedy: {self.remedy}"


class FileFaults(ConfigError):
    """Everything wrong with the files of one command, in file order."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        count = f"{len(self.faults)} fault{'s' if len(self.faults) != 1 else ''}"
        super().__init__("\n".join([*(str(f) for f in self.faults), count]))


class MissingModel(ConfigError):
    """A local model that has not been fetched."""

    def __init__(self, model: str) -> None:
        super().__init__(f"model {model!r} is not in the cache; run: meant model get {model}")


class PluginError(MeantError, LookupError):
    """A plugin cannot be used as asked. `setting` is the path of the setting at fault; `use` is its name."""

    def __init__(self, problem: str, remedy: str, *, setting: str = "use") -> None:
        super().__init__(f"{problem}; {remedy}")
        self.problem, self.remedy, self.setting = problem, remedy, setting


class MissingExtra(MeantError, ImportError):
    """An optional dependency is absent."""

    def __init__(self, library: str, extra: str) -> None:
        super().__init__(f"{library!r} is not installed; run: pip install 'meant[{extra}]'")


class StoreError(MeantError):
    """The store cannot be opened or read."""


class BoundaryError(MeantError):
    """Someone else's code failed; the run goes on and the cell is marked unscored."""


FailureKind = Literal[
    "connection", "timeout", "rate_limited", "rejected", "server", "protocol", "crashed", "unsupported"
]
"""`unsupported`: the system cannot do what is asked of it, as to call tools; asking again will not help."""


class SystemFailure(BoundaryError):
    """A system gave no answer. `kind` says how; `retry_after_s` is the server's own wish, where it said one.

    The message is for who runs the system: it may name the endpoint and what to set. `status` and `said` are a server's
    HTTP status and its own words, shortened and without the key.
    """

    def __init__(
        self,
        message: str,
        *,
        kind: FailureKind,
        retry_after_s: float | None = None,
        status: int | None = None,
        said: str = "",
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.retry_after_s = retry_after_s
        self.status, self.said = status, said

    def put(self, message: str) -> "SystemFailure":
        """The same failure in other words."""
        return SystemFailure(
            message, kind=self.kind, retry_after_s=self.retry_after_s, status=self.status, said=self.said
        )

    def saying(self, said: str) -> "SystemFailure":
        """The same failure, with other words in the place of the server's."""
        return SystemFailure(str(self), kind=self.kind, retry_after_s=self.retry_after_s, status=self.status, said=said)

    @property
    def retryable(self) -> bool:
        """Whether asking the same again may help: not where the request itself is at fault."""
        return self.kind not in ("rejected", "protocol", "unsupported")


class JudgeFailure(BoundaryError):
    """A judge gave no usable verdict. `usage` is what the attempt took, where the judge asks a system."""

    def __init__(self, message: str, *, usage: "Usage | None" = None) -> None:
        super().__init__(message)
        self.usage = usage
