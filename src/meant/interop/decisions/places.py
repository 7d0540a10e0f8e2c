"""Where in the user's files the rows of a decision have their reason: the principle's line, the prompt's line.

Its rule: a place is a real line of a file that the user has, or there is none. Built-in policies have none.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from meant.core.errors import ConfigError, FileFaults
from meant.files.policy import builtin_policies, read_policy
from meant.files.positions import read_yaml


class Line(NamedTuple):
    """A line of a file; 1-based."""

    file: str
    line: int


class Places(NamedTuple):
    """Where things stand."""

    groups: Mapping[str, Line]
    """By a row's group: a principle's or a dimension's line."""
    prompt: Line | None
    """Where the candidate's system prompt begins."""


def places_of(policy: str, candidate: str) -> Places:
    """The places in a policy and in a system file, as the user named them."""
    return Places(_groups(policy), _prompt(Path(candidate.removesuffix("+policy"))))


def _groups(policy: str) -> Mapping[str, Line]:
    if policy in builtin_policies():
        return {}
    found, source = read_policy(Path(policy))
    lines = {}
    for i, dimension in enumerate(found.dimensions):
        lines[dimension.name] = Line(policy, source.place(("dimensions", i)).line)
    for i, principle in enumerate(found.principles):
        lines[f"principle/{principle.id}"] = Line(policy, source.place(("principles", i, "id")).line)
    return lines


def _prompt(path: Path) -> Line | None:
    """The prompt's own file, or its key in the system file; None for a system that no file describes."""
    if not path.is_file():
        return None
    try:
        source = read_yaml(path)
    except (ConfigError, FileFaults):
        return None
    data = source.data if isinstance(source.data, dict) else {}
    if isinstance(data.get("prompt_file"), str):
        return Line(str(path.parent / data["prompt_file"]), 1)
    return Line(str(path), source.place(("prompt",)).line) if "prompt" in data else Line(str(path), 1)
