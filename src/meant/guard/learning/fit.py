"""Fitting: examples in, a fitted classifier out. Its rule: what chooses has not been learned from.

The parts (n-grams, and the embedding where there is an encoder) are fitted apart and their margins, each over its
spread, are added; nothing is weighed by how well it does on the training texts. Spread, calibration (Platt 1999) and,
where no other benign texts are given, the operating point come from scores of folds that the fit did not see.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
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
from meant.guard.learning.table import Learned, Table, Vectors, table_of


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
    bent = _platt(scores, [table.examples[i].harmful for i in at])
    settings.told("fitting on all of them")
    learned = table.learn(_mask(table, range(len(table.examples))))
    benign = _benign((table.examples[i], float(score)) for i, score in zip(at, scores, strict=True))
    chosen_on = "out-of-group scores of the training texts" if by_group else "out-of-fold scores of one group of texts"
    if any(not example.harmful for example in tuning):
        benign, chosen_on = _tuned(table, learned, scales, tuning, settings), "cases that were not trained on"
    promise = operating_point(benign, rate=settings.rate, level=settings.level)
    card = _card(table, settings, _Scale(scales, *bent), promise, chosen_on)
    return _fitted(table, learned, card)


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


def _mask(table: Table, kept: Iterable[int]) -> Any:
    import numpy as np

    mask = np.zeros(len(table.examples), dtype=bool)
    mask[list(kept)] = True
    return mask


def _platt(scores: Any, harmful: Sequence[bool]) -> tuple[float, float]:
    """Slope and offset (Platt 1999). Of one side alone nothing can be said: the score is then its own log-odds."""
    import numpy as np

    if len(set(harmful)) < 2:
        return 1.0, 0.0
    plane = fit_plane(scores[:, None], np.array(harmful), None, strength=1e6)
    return max(float(plane.weights[0]), 1e-6), plane.rest


def _benign(scored: Iterable[tuple[Example, float]]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for example, score in scored:
        if not example.harmful:
            found.setdefault(example.group, []).append(score)
    return found


def _tuned(
    table: Table, learned: Learned, scales: Sequence[float], tuning: Sequence[Example], settings: Settings
) -> dict[str, list[float]]:
    """Benign scores, by the final fit, of texts that it did not see."""
    seen = {hashed(example.text) for example in table.examples}
    fresh = [example for example in tuning if hashed(example.text) not in seen]
    ngrams = served(learned.ngrams, table.rarity)
    scores = [ngrams.margin(example.text) / scales[0] for example in fresh]
    if learned.vectors is not None and settings.encoding is not None:
        vectors = settings.encoding.vectors([example.text for example in fresh])
        margins = (vectors @ learned.vectors.weights + learned.vectors.rest) / scales[1]
        scores = [one + float(other) for one, other in zip(scores, margins, strict=True)]
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


def _fitted(table: Table, learned: Learned, card: Card) -> Fitted:
    import numpy as np

    hashes = np.array(sorted({hashed(example.text) for example in table.examples}), dtype=np.uint64)
    weights, rest = (learned.vectors.weights, learned.vectors.rest) if learned.vectors else (None, 0.0)
    return Fitted(card, served(learned.ngrams, table.rarity), weights, rest, hashes)
