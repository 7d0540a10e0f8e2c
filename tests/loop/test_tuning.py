"""Thresholds from layers and cases: what is asked, what counts as a score, what is no score."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from meant.core.case import Case
from meant.core.errors import ConfigError
from meant.core.guard import ALLOW, Opinion, Sight
from meant.engine.progress import Quiet
from meant.guard.cascade import Cascade
from meant.guard.layer import Layer
from meant.guard.screening import Unresolved
from meant.loop.texts import said_in
from meant.loop.tuning import Wanted, tuned
from tests.guard.fakes import Finds, layer
from tests.guard.test_layer import Says

Make = Callable[..., Case]


@dataclass(frozen=True)
class Scores(Says):
    """The number that the text begins with is its score."""

    said: Any = None
    escalate_from: float = 0.5
    asked: list[str] = field(default_factory=list, compare=False)

    async def check(self, sight: Sight) -> Opinion:
        self.asked.append(sight.text)
        return Opinion("allow", score=float(sight.text.split()[0]))


def cases(make_case: Make) -> list[Case]:
    """Harmful ones say so, and have higher numbers, but not always."""
    dice, made = random.Random(1), list[Case]()
    for i in range(400):
        harmful = i % 2 == 0
        score = min(max(dice.gauss(0.7 if harmful else 0.3, 0.15), 0), 1)
        prompt = f"{score:.4f} {'BAD' if harmful else 'fine'}"
        made.append(make_case(str(i), prompt=prompt, expect="refuse" if harmful else "comply"))
    return made


def wanted(**fields: Any) -> Wanted:
    return Wanted(
        **{"rate": 0.05, "give_up": 0.01, "costs": {"a": 1, "b": 100}, "policy": "general_assistant", **fields}
    )


async def found(make_case: Make, *layers: Layer, unresolved: Unresolved = "allow", **fields: Any) -> Any:
    cascade = Cascade(layers, unresolved=unresolved)
    return await tuned(cascade, said_in(cases(make_case)), Quiet(), place="input", wanted=wanted(**fields))


async def test_the_dear_layer_is_asked_only_where_the_cheap_one_cannot_tell(make_case: Make) -> None:
    made = await found(make_case, layer(Scores(), "a"), layer(Finds("BAD"), "b", only_if_unsure=True))
    (low, high), (_, last) = made.fit.stages
    assert made.stages == ("a", "b")
    assert 0.1 < low < 0.5 < high
    assert last == 0
    assert made.fit.kept
    assert made.fit.held_out.recall > 0.95
    assert made.fit.held_out.cost < 80


async def test_what_has_no_threshold_is_asked_and_counted_and_not_moved(make_case: Make) -> None:
    careful = layer(Finds("BAD"), "b", only_if_unsure=True)
    blocks = layer(Finds("fine"), "rule")
    shadow = layer(Finds("fine"), "quiet", mode="shadow")
    assert not (await found(make_case, blocks, layer(Scores(), "a"), careful)).fit.kept
    assert (await found(make_case, shadow, layer(Scores(), "a"), careful)).fit.kept


async def test_cost_is_time_where_nobody_says_otherwise(make_case: Make) -> None:
    made = await found(make_case, layer(Scores(), "a"), layer(Finds("BAD"), "b", only_if_unsure=True), costs={})
    assert all(0 < cost < 1 for cost in made.costs)


@pytest.mark.parametrize(
    ("guards", "told"),
    [
        ((Says(ALLOW),), "there is no threshold to fit"),
        ((Scores(), Says(RuntimeError("gone"))), "failed, and a failure is no score: RuntimeError: gone"),
        ((Finds("BAD"), Scores()), None),
    ],
)
async def test_what_is_no_score_is_an_error(make_case: Make, guards: Sequence[Any], told: str | None) -> None:
    layers = [layer(one, str(i), only_if_unsure=i > 0) for i, one in enumerate(guards)]
    if told is None:
        await found(make_case, *layers)
        return
    with pytest.raises(ConfigError, match=told):
        await found(make_case, *layers)


async def test_too_few_cases_are_said(make_case: Make) -> None:
    with pytest.raises(ConfigError, match="name more suites"):
        await tuned(
            Cascade((layer(Scores(), "a"),), "allow"),
            said_in(cases(make_case)[:1]),
            Quiet(),
            place="input",
            wanted=wanted(),
        )


async def test_what_says_yes_or_no_has_its_say_as_it_will_have_and_no_threshold(make_case: Make) -> None:
    """One that stops what is fine is not fitted away: it will be asked, and the promise says so."""
    made = await found(make_case, layer(Scores(), "a"), layer(Finds("fine"), "b", only_if_unsure=True))
    assert made.movable == (True, False)
    assert made.fit.stages[1] == (float("inf"), 0)
    assert made.fit.kept


async def test_what_nobody_can_tell_counts_as_the_cascade_resolves_it(make_case: Make) -> None:
    """The second layer is unsure of all that is harmful, and of nothing else."""
    layers = layer(Scores(), "a"), layer(Finds("BAD", "escalate"), "b", only_if_unsure=True)
    recall = {u: (await found(make_case, *layers, unresolved=u)).fit.held_out.recall for u in ("allow", "block")}
    assert recall["block"] > 0.95 > recall["allow"]


async def test_a_second_layer_that_is_asked_about_everything_is_no_stage(make_case: Make) -> None:
    with pytest.raises(ConfigError, match="b has thresholds, stands after a, and is asked about everything"):
        await found(make_case, layer(Scores(), "a"), layer(Scores(), "b"))


async def test_too_few_benign_texts_are_said_in_figures(make_case: Make) -> None:
    made = await found(make_case, layer(Scores(), "a"), rate=0.001)
    assert not made.fit.kept
    assert made.wanting == 2995 - made.fit.held_out.benign
    assert (await found(make_case, layer(Scores(), "a"), rate=0.1)).wanting == 0
