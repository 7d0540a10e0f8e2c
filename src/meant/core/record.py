"""A RunRecord: what was measured with what, so that a figure can be traced and a report drawn again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from meant.core.base import Value
from meant.core.policy import Policy


class SystemRecord(Value):
    """One system of a run, as it was."""

    name: str
    spec: str
    """As the user named it: a file or `provider:model`."""
    fingerprint: str
    prompt: str = ""
    """The prompt that the model sees around a user's turn; rendered through the chat template where it is known."""


class RunRecord(Value):
    """One evaluation."""

    id: str
    at: datetime
    """When it began, UTC."""
    policy: Policy
    systems: tuple[SystemRecord, ...]
    suites: Mapping[str, str]
    """Name to version."""
    seed: int
    repeats: int
    part: Literal["lab", "gate"] = "lab"
    """Whether it read train and dev cases, or gate cases. What people look through holds the former only."""
    versions: Mapping[str, str]
    """Of meant, of Python and of each judge."""
