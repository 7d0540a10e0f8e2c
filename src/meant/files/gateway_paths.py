"""Files that a gateway file names and that are not there, told where it names them."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from meant.core.errors import did_you_mean
from meant.files.noting import note
from meant.files.policy import builtin_policies
from meant.files.positions import Loc

Named = Iterable[tuple[Loc, str]]
"""Where something is named, and how."""


def no_such_policy(named: Named, folder: Path) -> Iterator[tuple[Loc, str, str]]:
    """Where, the problem, the remedy. Each file is noted, so that it is watched for."""
    known = builtin_policies()
    for loc, policy in named:
        if policy not in known and not _there(folder, policy):
            remedy = f"{did_you_mean(policy, known)}write {folder / policy}; built in are: {', '.join(known)}"
            yield loc, "no such policy", remedy


def no_such_system(named: Named, folder: Path) -> Iterator[tuple[Loc, str, str]]:
    """As above; `provider:model` is no file."""
    for loc, system in named:
        path = system.removesuffix("+policy")
        if path.endswith((".yaml", ".yml")) and not _there(folder, path):
            yield loc, "no such file", f"write {folder / path}, or correct the path"


def _there(folder: Path, named: str) -> bool:
    return note(folder / named).exists() or Path(named).exists()
