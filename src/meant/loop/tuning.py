"""A cascade's thresholds, fitted together on dev cases: each layer is asked alone, then `guard/fitting.py` chooses.

Stages are the layers at `input` that have an `escalate_from` among their settings, and those that are only asked where
others are unsure. What the other layers block counts in the promise, and cannot be moved.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from meant.core.case import Case
from meant.core.errors import ConfigError
from meant.core.guard import GuardDecision
from meant.guard.explaining import Screened, stops
from meant.guard.fitting import Fit, Scored, fit
from meant.guard.layer import Layer
from meant.loop.cascades import cascade_of, screened_alone
from meant.loop.evaluation import default_suites, load_cases

SETTING = "escalate_from"
"""What a guard with thresholds has; its `block_from` is the other one."""


class Tuned(NamedTuple):
    """The thresholds, by stage."""

    stages: tuple[str, ...]
    costs: tuple[float, ...]
    """Of asking each once: seconds, or what the user said."""
    fit: Fit


async def tuned_system(
    spec: str, *, policy: str, suites: Sequence[str], rate: float, give_up: float, costs: Mapping[str, float]
) -> Tuned:
    """Of a system file. Raises ConfigError where its layers are no cascade, or the cases are too few."""
    async with cascade_of(spec, policy) as cascade:
        book, _ = load_cases(suites or default_suites(policy))
        return await tuned(cascade.layers, book.for_tuning(), rate=rate, give_up=give_up, costs=costs)


async def tuned(
    layers: Sequence[Layer], cases: Sequence[Case], *, rate: float, give_up: float, costs: Mapping[str, float]
) -> Tuned:
    """Of these layers, on these cases. `costs` stand in the place of the seconds that layers take."""
    enforced = [one for one in layers if one.mode == "enforce" and "input" in one.at]
    stages = [one for one in enforced if one.only_if_unsure or hasattr(one.guard, SETTING)]
    if not any(hasattr(one.guard, SETTING) for one in stages):
        raise ConfigError(f"no enforced layer at `input` has `{SETTING}`; there is no threshold to fit")
    known = [one for one in await screened_alone(enforced, cases) if one.side != "unclear"]
    price = tuple(costs.get(one.name, _seconds(known, one)) for one in stages)
    try:
        found = fit([_scored(one, enforced, stages) for one in known], price, rate=rate, give_up=give_up)
    except ValueError as error:
        raise ConfigError(f"the dev cases do not suffice: {error}; name more suites") from error
    return Tuned(tuple(one.name for one in stages), price, found)


def _seconds(known: Sequence[Screened], layer: Layer) -> float:
    times = [decision.took_s for one in known for decision in one.of(layer.name)]
    return sum(times) / len(times) if times else 0.0


def _scored(one: Screened, layers: Sequence[Layer], stages: Sequence[Layer]) -> Scored:
    fixed = {layer.name for layer in layers} - {layer.name for layer in stages}
    scores = tuple(max(_score(layer, said) for said in one.of(layer.name)) for layer in stages)
    blocked = any(stops(decision) for decision in one.decisions if decision.guard in fixed)
    return Scored(one.case.family, one.side == "permits", scores, blocked)


def _score(layer: Layer, said: GuardDecision) -> float:
    """A stage's score; of one that only says yes or no, 1 where it stops. A failure is no score."""
    if said.error is not None:
        raise ConfigError(f"{layer.name} failed, and a failure is no score: {said.error}")
    if not hasattr(layer.guard, SETTING):
        return float(stops(said))
    if said.score is None:
        raise ConfigError(f"{layer.name} gave no score")
    return said.score
