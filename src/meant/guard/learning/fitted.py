"""A fitted classifier: what scores a text, where it blocks from, and one file that holds both.

The file is numpy's `.npz`, read without pickle: arrays, and a card in JSON that says what it was fitted on. It holds
no text: only 64-bit hashes of the training texts, so that a bench can leave out what was trained on, and with an
encoder their embeddings, from which somebody who tries can guess what a text was about.
"""

import hashlib
import io
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from pydantic import ValidationError

from meant.core.base import Value
from meant.core.errors import ConfigError, MissingExtra
from meant.files.atomic import write_bytes
from meant.files.npz import DAMAGED
from meant.guard.learning.examples import hashed
from meant.guard.learning.logistic import Plane
from meant.guard.learning.neighbours import Neighbours
from meant.guard.learning.ngrams import Ngrams
from meant.guard.learning.views import margins_of

SIDES = ("harmful", "benign")
VERSION: Final = 3
"""Of the file's shape and of how n-grams are hashed."""


class Card(Value):
    """What is known of a fitted classifier."""

    version: Literal[3] = VERSION
    made: str
    """Date, ISO 8601."""
    examples: dict[str, dict[str, int]]
    """Harmful and benign texts by group."""
    prior: str
    """The project's own requests that were learned from beside the examples: name and version, or nothing."""
    encoder: str | None
    """Name in the models' cache, or a folder; None: n-grams alone."""
    encoder_hash: str | None
    """SHA-256 of the encoder's network."""
    scales: tuple[float, ...]
    """Spread of the margins of each part, which divides it before they are added."""
    slope: float
    offset: float
    """Probability = 1 / (1 + exp(−slope · score − offset)) (Platt 1999), for the share of harmful texts in training."""
    threshold: float
    """Scores above are blocked."""
    promised: float
    """At most this share of benign texts like those it was chosen on is blocked..."""
    confidence: float
    """... with this confidence."""
    asked: float
    """What was to be promised."""
    benign: int
    """Benign texts that the threshold was chosen on."""
    chosen_on: str
    """Which texts those were."""
    statement: str
    """The promise in words."""


class Scored(NamedTuple):
    """Of one text."""

    score: float
    probability: float


@dataclass(frozen=True)
class Fitted:
    """Scores texts. Margins of the parts, each over its spread, are added."""

    card: Card
    ngrams: Ngrams
    plane: Plane | None
    """Of embeddings; None without an encoder, as the neighbours then are."""
    near: Neighbours | None
    hashes: Any
    """Of the training texts, uint64, sorted."""

    def scores(self, texts: Sequence[str], vectors: Any = None) -> list[float]:
        """Of texts; `vectors` are their embeddings (texts, views, width), which a classifier with an encoder needs."""
        spread, *spreads = self.card.scales
        totals = [self.ngrams.margin(text) / spread for text in texts]
        if self.plane is None or self.near is None:
            return totals
        margins = (margins_of(vectors, self.plane, self.near) / spreads).sum(axis=1)
        return [one + float(other) for one, other in zip(totals, margins, strict=True)]

    def probability(self, score: float) -> float:
        """That a text of this score is harmful, calibrated out of fold."""
        return 1 / (1 + math.exp(-min(max(self.card.slope * score + self.card.offset, -500.0), 500.0)))

    @property
    def block_from(self) -> float:
        """The operating point as a probability."""
        return self.probability(self.card.threshold)

    def trained_on(self, texts: Sequence[str]) -> list[bool]:
        """Whether each was among the training texts, but for case and spacing."""
        import numpy as np

        asked = np.array([hashed(text) for text in texts], dtype=np.uint64)
        return [bool(one) for one in np.isin(asked, self.hashes)]


def save(fitted: Fitted, path: Path) -> None:
    """One file. The n-grams' weights are kept in 16 bits, which is what they were rounded to when they were fitted."""
    import numpy as np

    arrays = {
        "rarity": fitted.ngrams.rarity.astype(np.float16),
        "ngrams": fitted.ngrams.weights.astype(np.float16),
        "rest": np.array([fitted.ngrams.rest, fitted.plane.rest if fitted.plane else 0.0], dtype=np.float64),
        "plane": fitted.plane.weights if fitted.plane else np.zeros(0, np.float32),
        **{f"near_{side}": part.astype(np.float16) for side, part in _near(fitted.near)},
        "hashes": fitted.hashes,
        "card": np.array(fitted.card.model_dump_json()),
    }
    out = io.BytesIO()
    np.savez_compressed(out, **arrays)
    write_bytes(path, out.getvalue())


def load(path: Path) -> Fitted:
    """Read it again. Raises ConfigError for a file that is none, MissingExtra without numpy."""
    return opened(path)[0]


def opened(path: Path) -> tuple[Fitted, str]:
    """The same, with the SHA-256 of what was read, in hex."""
    try:
        import numpy as np
    except ImportError as error:
        raise MissingExtra("numpy", "guard") from error
    try:
        content = path.read_bytes()
        with np.load(io.BytesIO(content), allow_pickle=False) as held:
            card = _card(json.loads(str(held["card"])), path)
            rarity, weights = held["rarity"].astype(np.float32), held["ngrams"].astype(np.float32)
            plane, rest, hashes = held["plane"], held["rest"], held["hashes"]
            near = Neighbours(*(held[f"near_{side}"].astype(np.float32) for side in SIDES)) if len(plane) else None
    except ConfigError:
        raise
    except FileNotFoundError:
        raise ConfigError(f"{path} is not there: write it with meant guard fit -o {path}") from None
    except (*DAMAGED, ValidationError) as error:
        raise ConfigError(
            f"{path} is no fitted classifier ({type(error).__name__}); write it: meant guard fit"
        ) from error
    ngrams = Ngrams(rarity, weights, float(rest[0]))
    fitted = Fitted(card, ngrams, Plane(plane, float(rest[1])) if len(plane) else None, near, hashes)
    return fitted, hashlib.sha256(content).hexdigest()


def _card(told: dict[str, Any], path: Path) -> Card:
    if (version := told["version"]) != VERSION:
        raise ConfigError(f"{path} is of version {version}, and not {VERSION}; fit again: meant guard fit")
    return Card.model_validate(told, strict=False)


def _near(near: Neighbours | None) -> list[tuple[str, Any]]:
    return list(zip(SIDES, near, strict=True)) if near else []
