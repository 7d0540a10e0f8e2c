"""Fitting: examples in, a fitted classifier out. Its rule: what chooses has not been learned from.

The parts (n-grams, and the embedding where there is an encoder) are fitted apart and their margins, each over its
spread, are added; nothing is weighed by how well it does on the training texts. Spread, calibration (Platt 1999) and,
where no other benign texts are given, the operating point come from scores of folds that the fit did not see.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

from meant.core.errors import ConfigError
from meant.guard.learning.conformal import Promise, operating_point
from meant.guard.learning.examples import Example, counted, hashed
from meant.guard.learning.fitted import Card, Fitted
from meant.guard.learning.folds import folds
from meant.guard.learning.logistic import fit_plane
from meant.guard.learning.ngrams import served
from meant.guard.learning.prior import VERSION, prior
from meant.guard.learning.scoring import scored
from meant.guard.learning.table import Table, Vectors, table_of


@dataclass(frozen=True)
class Encoding:
    """An encoder, as a fit needs it."""

    name: str
    sha256: str
    vectors: Vectors


@dataclass(frozen=True)
class Settings:
    """How to fit."""

    rate: float
    """Of benign texts, at most so many are to be blocked, 0 to 1."""
    level: float = 0.95
    with_prior: bool = True
    encoding: Encoding | None = None
    say: Callable[[str], None] | None = None

    def told(self, line: str) -> None:
        """To whoever watches."""
        if self.say:
            self.say(line)


def fit(examples: Sequence[Example], settings: Settings, *, tuning: Sequence[Example] = ()) -> Fitted:
    """A fitted classifier. The operating point is chosen on the benign texts of `tuning`; without any, out of fold.

    Raises ConfigError where a side has no examples, MissingExtra without scikit-learn.
    """
    table, place, by_group = _table(examples, settings)
    at, unseen = _out_of_fold(table, place, settings)
    scales = tuple(float(one) or 1.0 for one in unseen.std(axis=0))
    scores = (unseen / scales).sum(axis=1)
    settings.told("fitting on all of them")
    scale = _Scale(scales, *_platt(scores, [table.examples[i].harmful for i in at]))
    benign = _benign((table.examples[i], float(score)) for i, score in zip(at, scores, strict=True))
    fitted = _fitted(table, settings, scale)
    chosen_on = "out-of-group scores of the training texts" if by_group else "out-of-fold scores of one group of texts"
    if any(not example.harmful for example in tuning):
        benign, chosen_on = _tuned(fitted, tuning, settings), "cases that were not trained on"
    promise = operating_point(benign, rate=settings.rate, level=settings.level)
    return replace(fitted, card=_card(table, settings, scale, promise, chosen_on))


def _table(examples: Sequence[Example], settings: Settings) -> tuple[Table, list[int], bool]:
    """Numbers, and folds of the user's own examples."""
    own = list({example.text: example for example in examples}.values())
    theirs = {example.text for example in own}
    added = [example for example in prior() if example.text not in theirs] if settings.with_prior else []
    if len({example.harmful for example in [*own, *added]}) < 2 or not any(not example.harmful for example in own):
        raise ConfigError("needs benign examples of your own, and harmful ones: add cases to the suite, or a --table")
    settings.told(f"{len(own)} texts of yours and {len(added)} of the project's own requests")
    vectors = settings.encoding.vectors if settings.encoding else None
    table = table_of([*own, *added], own=len(own), vectors=vectors)
    return table, *folds(own, always=added)


def _out_of_fold(table: Table, place: Sequence[int], settings: Settings) -> tuple[Any, Any]:
    """Places and margins of the user's own texts, each scored by a fit that knew nothing of its fold."""
    import numpy as np

    folded = np.array([*place, *[-1] * (len(table.examples) - table.own)])
    own = np.arange(table.own) if table.vectors is None else table.embedded[table.embedded < table.own]
    found = []
    for fold in sorted(set(place)):
        settings.told(f"fitting without part {fold + 1} of {len(set(place))}")
        at = own[folded[own] == fold]
        found.append((at, table.margins(table.learn(folded != fold), at)))
    return np.concatenate([at for at, _ in found]), np.concatenate([margins for _, margins in found])


def _platt(scores: Any, harmful: Sequence[bool]) -> tuple[float, float]:
    """Slope and offset (Platt 1999), each text on both sides a little, as there, so that few texts are not sure.

    Of one side alone nothing can be said: the score is then its own log-odds.
    """
    import numpy as np

    side = np.array(harmful)
    if side.all() or not side.any():
        return 1.0, 0.0
    sure = np.where(side, (side.sum() + 1) / (side.sum() + 2), ((~side).sum() + 1) / ((~side).sum() + 2))
    twice, sides = np.concatenate([scores, scores])[:, None], np.concatenate([side, ~side])
    plane = fit_plane(twice, sides, np.concatenate([sure, 1 - sure]), strength=1e6)
    return max(float(plane.weights[0]), 1e-6), plane.rest


def _benign(scored: Iterable[tuple[Example, float]]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for example, score in scored:
        if not example.harmful:
            found.setdefault(example.group, []).append(score)
    return found


def _tuned(fitted: Fitted, tuning: Sequence[Example], settings: Settings) -> dict[str, list[float]]:
    """Benign scores, by the final fit, of texts that it did not see."""
    seen = fitted.trained_on([example.text for example in tuning])
    fresh = [example for example, known in zip(tuning, seen, strict=True) if not known]
    texts = [example.text for example in fresh]
    scores = scored(fitted, texts, settings.encoding.vectors if settings.encoding else None)
    return _benign(zip(fresh, scores, strict=True))


class _Scale(NamedTuple):
    """From margins to a score, and from a score to a probability."""

    spreads: tuple[float, ...]
    slope: float
    offset: float


def _card(table: Table, settings: Settings, scale: _Scale, promise: Promise, chosen_on: str) -> Card:
    encoding = settings.encoding
    return Card(
        made=datetime.now(UTC).date().isoformat(),
        examples=counted(table.examples[: table.own]),
        prior=VERSION if settings.with_prior else "",
        encoder=encoding.name if encoding else None,
        encoder_hash=encoding.sha256 if encoding else None,
        scales=scale.spreads,
        slope=scale.slope,
        offset=scale.offset,
        threshold=promise.threshold,
        promised=promise.rate,
        confidence=promise.level,
        asked=promise.asked,
        benign=promise.benign,
        chosen_on=chosen_on,
        statement=promise.words(),
    )


def _fitted(table: Table, settings: Settings, scale: _Scale) -> Fitted:
    """Fitted on everything, and blocking nothing yet."""
    import numpy as np

    learned = table.learn(np.ones(len(table.examples), dtype=bool))
    hashes = np.array(sorted({hashed(example.text) for example in table.examples}), dtype=np.uint64)
    nothing = Promise(float("inf"), 1.0, settings.level, settings.rate, 0, 0)
    card = _card(table, settings, scale, nothing, "nothing")
    return Fitted(card, served(learned.ngrams, table.rarity), learned.vectors, learned.near, hashes)
