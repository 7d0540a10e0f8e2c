"""Many texts scored by a fitted classifier, and what one costs."""

import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from meant.guard.learning.fitted import Fitted

Embed = Callable[[Sequence[str]], Any]
TIMED = 200
"""Texts that are timed, evenly from all."""


class Cost(NamedTuple):
    """Microseconds a text, one at a time: the mean over texts, of three passes the fastest."""

    us_per_text: float
    us_stage_one: float
    """Of that, for the n-grams."""


def scored(fitted: Fitted, texts: Sequence[str], embed: Embed | None) -> list[float]:
    """The score of each. `embed` is needed where the classifier has an encoder."""
    return fitted.scores(texts, embed(texts) if fitted.plane is not None and embed is not None else None)


def cost(fitted: Fitted, texts: Sequence[str], embed: Embed | None) -> Cost:
    """Time, as a guard would spend it. On a machine that does other work too, an upper bound."""
    some = texts[:: max(1, len(texts) // TIMED)][:TIMED]

    def whole(text: str) -> None:
        scored(fitted, [text], embed)

    return Cost(_fastest(some, whole), _fastest(some, fitted.ngrams.margin))


def _fastest(texts: Sequence[str], act: Callable[[str], object]) -> float:
    passes = []
    for _ in range(3):
        began = time.perf_counter()
        for text in texts:
            act(text)
        passes.append(time.perf_counter() - began)
    return min(passes) / max(1, len(texts)) * 1e6
