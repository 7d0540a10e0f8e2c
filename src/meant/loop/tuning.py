"""A cascade's thresholds, fitted together by place: each layer is asked alone, then `guard/fitting.py` chooses.

Stages are the layers at a place that have an `escalate_from` among their settings, and those that are only asked where
others are unsure. What the other layers block counts in the promise, and cannot be moved.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from meant.core.errors import ConfigError, did_you_mean
from meant.core.guard import GuardDecision, Place
from meant.engine.progress import Progress
from meant.files.policy import load_policy
from meant.guard.cascade import Cascade
from meant.guard.descent import Scored
from meant.guard.fitting import Fit, fit
from meant.guard.layer import Layer
from meant.loop.cascades import a_few_at_once, cascade_of
from meant.loop.evaluation import default_suites, load_cases
from meant.loop.texts import Text, brought_in, replied, said_in, tabled
from meant.stats.rare import cases_to_rule_out
from meant.store.sqlite import Store

SETTING, BLOCKS = "escalate_from", "block_from"
"""What a guard with thresholds has."""
PLACES: tuple[Place, ...] = ("input", "retrieved", "output")
_REMEDY: Mapping[Place, str] = {
    "input": "name more suites, or a table of texts",
    "retrieved": "name a table of documents: --at retrieved --table FILE",
    "output": "measure with `meant eval`, or name a table of replies: --at output --table FILE",
}


class Tuned(NamedTuple):
    """The thresholds at one place, by stage."""

    stages: tuple[str, ...]
    movable: tuple[bool, ...]
    """Whether a stage has thresholds in its file. One that only says yes or no has none."""
    costs: tuple[float, ...]
    """Of asking each once: seconds, or what the user said."""
    fit: Fit

    @property
    def wanting(self) -> int:
        """Benign texts that would be too few in the half that tells, even if none of them were blocked."""
        return max(0, cases_to_rule_out(self.fit.asked, level=self.fit.level) - self.fit.held_out.benign)


@dataclass(frozen=True)
class Wanted:
    """What is to be promised, and on what."""

    rate: float
    """Of benign texts at a place, the whole cascade blocks no more than this share."""
    give_up: float
    costs: Mapping[str, float]
    """In the place of the seconds that layers take."""
    policy: str
    suites: Sequence[str] = ()
    tables: Sequence[Path] = ()
    """Texts of the one place that is named. With tables and no suite, they are all there is."""
    store: Path | None = None
    """Where replies are. None: nowhere."""


async def tuned_system(
    spec: str, wanted: Wanted, *, places: Sequence[Place], progress: Progress
) -> dict[Place, Tuned | str]:
    """By place, the thresholds, or why there are none. `places`: these and no others; none: all that have any.

    Raises ConfigError where the layers are no cascade, and where nothing came of a place that was named, or of any.
    """
    async with cascade_of(spec, wanted.policy) as cascade:
        _check_costs(wanted.costs, cascade.layers)
        where = places or [place for place in PLACES if any(_moves(one) for one in _enforced(cascade.layers, place))]
        if not where:
            raise ConfigError(f"no enforced layer has `{SETTING}`; there is no threshold to fit")
        found: dict[Place, Tuned | str] = {}
        for place in where:
            try:
                found[place] = await tuned(cascade, texts_at(place, wanted), progress, place=place, wanted=wanted)
            except ConfigError as error:
                found[place] = str(error)
    failed = [said for said in found.values() if isinstance(said, str)]
    if failed and (places or len(failed) == len(found)):
        raise ConfigError("; ".join(failed))
    return found


def texts_at(place: Place, wanted: Wanted) -> list[Text]:
    """All that there is to fit on at this place."""
    rows = tabled(wanted.tables, place)
    if wanted.tables and not wanted.suites:
        return rows
    if place == "output":
        if wanted.store is None or not wanted.store.is_file():
            return rows
        with Store(wanted.store, must_exist=True) as store:
            return [*replied(store, load_policy(wanted.policy)), *rows]
    cases = load_cases(wanted.suites or default_suites(wanted.policy))[0].for_tuning()
    return [*(said_in(cases) if place == "input" else brought_in(cases)), *rows]


async def tuned(cascade: Cascade, texts: Sequence[Text], progress: Progress, *, place: Place, wanted: Wanted) -> Tuned:
    """Of its layers at this place, on these texts."""
    enforced = _enforced(cascade.layers, place)
    stages = [one for one in enforced if one.only_if_unsure or _moves(one)]
    _check(stages, place)
    known = await _asked(enforced, texts, progress, place)
    price = tuple(wanted.costs.get(one.name, _seconds(known, one)) for one in stages)
    scored = [_scored(text, said, stages, lets=cascade.unresolved == "allow") for text, said in known]
    fixed = [at for at, one in enumerate(stages) if not _moves(one)]
    try:
        found = fit(scored, price, rate=wanted.rate, give_up=wanted.give_up, fixed=fixed)
    except ValueError as error:
        raise ConfigError(f"at `{place}`: {error}; {_REMEDY[place]}") from error
    return Tuned(tuple(one.name for one in stages), tuple(map(_moves, stages)), price, found)


def _check_costs(costs: Mapping[str, float], layers: Sequence[Layer]) -> None:
    names = [one.name for one in layers]
    if unknown := next((name for name in costs if name not in names), None):
        raise ConfigError(
            f"no layer {unknown!r} to have a cost; {did_you_mean(unknown, names)}there are: {', '.join(names)}"
        )


def _check(stages: Sequence[Layer], place: Place) -> None:
    if not any(map(_moves, stages)):
        raise ConfigError(f"no enforced layer at `{place}` has `{SETTING}`; there is no threshold to fit")
    if late := next((one for one in stages[1:] if not one.only_if_unsure), None):
        problem = f"{late.name} has thresholds, stands after {stages[0].name}, and is asked about everything"
        raise ConfigError(f"{problem}: write `only_if_unsure: true`, or put it at another place")


Asked = tuple[Text, Mapping[str, Sequence[GuardDecision]]]
"""A text, and by layer what it said of each part of it."""


def _enforced(layers: Sequence[Layer], place: Place) -> list[Layer]:
    return [one for one in layers if one.mode == "enforce" and place in one.at]


def _moves(layer: Layer) -> bool:
    return hasattr(layer.guard, SETTING)


async def _asked(layers: Sequence[Layer], texts: Sequence[Text], progress: Progress, place: Place) -> list[Asked]:
    """What each layer says, by itself."""

    async def said(text: Text) -> Asked:
        return text, {one.name: [(await one.decide(sight))[1] for sight in text.sights] for one in layers}

    return await a_few_at_once(said, texts, progress, f"asking each layer at {place}")


def _seconds(known: Sequence[Asked], layer: Layer) -> float:
    times = [decision.took_s for _, said in known for decision in said[layer.name]]
    return sum(times) / len(times) if times else 0.0


def _scored(text: Text, said: Mapping[str, Sequence[GuardDecision]], stages: Sequence[Layer], *, lets: bool) -> Scored:
    """`lets`: what nobody could tell passes."""
    scores = tuple(max(_score(layer, one, lets=lets) for one in said[layer.name]) for layer in stages)
    fixed = said.keys() - {layer.name for layer in stages}
    blocked = any(decision.objects for name in fixed for decision in said[name])
    return Scored(text.family, not text.harmful, scores, blocked)


def _score(layer: Layer, said: GuardDecision, *, lets: bool) -> float:
    """A stage's score; of one that only says yes or no, 1 where it stops. A failure is no score."""
    if said.error is not None:
        raise ConfigError(f"{layer.name} failed, and a failure is no score: {said.error}")
    if not _moves(layer):
        return float(said.objects or (said.action == "escalate" and not lets))
    if said.score is None:
        raise ConfigError(f"{layer.name} gave no score")
    return said.score
