"""The two things of Inspect's that have no public name. Nothing else here imports a private module of Inspect's."""

from typing import NamedTuple

from inspect_ai.dataset import Sample
from inspect_ai.log._samples import sample_active
from inspect_ai.util._display import init_display_type


class Place(NamedTuple):
    """For which sample a model is asked."""

    task: str
    sample: Sample
    epoch: int
    """1-based."""


def place() -> Place | None:
    """Where the caller stands; None outside of a task."""
    active = sample_active()
    return None if active is None else Place(active.task, active.sample, active.epoch)


def be_quiet() -> None:
    """Nothing of Inspect's goes to the terminal; `eval_async` has no setting for it."""
    init_display_type("none")
