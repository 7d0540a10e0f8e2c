"""What a report says about the run that made it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from meant.core.record import JudgeRecord


@dataclass(frozen=True, kw_only=True)
class RunInfo:
    """Everything that the page prints and that no Profile holds. No clock is read: equal input gives an equal page."""

    title: str
    id: str
    """The run's id, as in Profile.run."""
    created: datetime
    """When the run was made, UTC."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """What did the work, as in {"meant": "0.1.0", "judge refusal": "1"}."""
    suites: Mapping[str, str] = field(default_factory=dict)
    """Version by suite name."""
    seed: int | None = None
    prompts: Mapping[str, str] = field(default_factory=dict)
    """System name to the prompt as the model really sees it, chat template and all."""
    judges: Sequence[JudgeRecord] = ()
    """Whose verdicts the figures are from, each with its calibration card."""
    notes: Sequence[str] = ()
    """What a reader must know first: warnings, budgets that ran out. One that begins with a system's name and a
    colon stands in place of the page's own warning about that system."""
