"""A RunRecord: what was measured with what, so that a figure can be traced and a report drawn again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from meant.core.base import Value
from meant.core.calibration import ShortCard
from meant.core.policy import Policy


class SystemRecord(Value):
    """One system of a run, as it was."""

    name: str
    spec: str
    """As the user named it: a file or `provider:model`."""
    fingerprint: str
    prompt: str = ""
    """The prompt that the model sees around a user's turn; rendered through the chat template where it is known."""
    model: str = ""
    """Id of the bare model behind it: equal for two systems made of the same one. Empty where it was not recorded."""
    listed_as: str = ""
    """`PROVIDER:MODEL` where the provider's own endpoint answered; empty where another's did, or none was recorded."""


class JudgeRecord(Value):
    """One judge of a run, as it was."""

    name: str
    """Name and version."""
    asks: tuple[str, ...] = ()
    """Names of the systems that it asks."""
    models: tuple[str, ...] = ()
    """Ids of the bare models behind them, as in `SystemRecord.model`."""
    by_definition: bool = False
    """Its verdict is what the case itself defines as right: there is nothing that people could label otherwise."""
    card: ShortCard | None = None
    """Of this name and version: the newest under the run's policy that says enough; else the newest that there is."""

    def calibrated(self, policy: str) -> bool:
        """Whether its rates under the policy of this id may be read without a warning."""
        card = self.card
        return self.by_definition or (card is not None and card.policy == policy and not card.thin)


class ShiftRecord(Value):
    """One shift of a run: on how much of the cases it was measured, and why not on the others."""

    name: str
    settings: str
    """As a Python expression, as in `Typos(rate=0.08)`."""
    asked: int
    """How many shifted cases were asked."""
    applies: int
    """To how many of the run's cases the shift applies; `asked` is a sample of them."""
    left_out: Mapping[str, int]
    """How many of the run's cases it does not apply to, by reason."""


class RunRecord(Value):
    """One evaluation."""

    id: str
    at: datetime
    """When it began, UTC."""
    policy: Policy
    systems: tuple[SystemRecord, ...]
    suites: Mapping[str, str]
    """Name to version."""
    shifts: tuple[ShiftRecord, ...] = ()
    seed: int
    repeats: int
    part: Literal["lab", "gate"] = "lab"
    """Whether it read train and dev cases, or gate cases. What people look through holds the former only."""
    versions: Mapping[str, str]
    """Of meant, of Python and of each judge."""
    judges: tuple[JudgeRecord, ...] = ()
    """Each to which some expectation goes."""
