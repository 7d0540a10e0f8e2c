"""Nearest neighbours: a text is as harmful as what lies nearest to it among the harmful training texts, and the benign.

The margin is the mean cosine to the `NEAREST` harmful ones less that to as many benign ones: the classifier of Cover &
Hart 1967, smoothed. Where a plane parts all of one side from all of the other, this sees islands: one kind of harm,
and its benign twins around it. Where an encoder has two views of a text, each has its neighbours.
"""

from typing import Any, NamedTuple

NEAREST = 4


class Neighbours(NamedTuple):
    """The training texts' embeddings, by side."""

    harmful: Any
    """(views, texts, width), float32, each of length 1."""
    benign: Any

    def margins(self, vectors: Any) -> Any:
        """(texts, views) of the embeddings (texts, views, width)."""
        import numpy as np

        sides = zip(self.harmful, self.benign, strict=True)
        found = [_near(vectors[:, at], one) - _near(vectors[:, at], other) for at, (one, other) in enumerate(sides)]
        return np.stack(found, axis=1)


def neighbours(vectors: Any, harmful: Any) -> Neighbours:
    """Of training texts, rounded to what a file holds."""
    import numpy as np

    rounded = vectors.astype("float16").astype("float32").swapaxes(0, 1)
    return Neighbours(*(np.ascontiguousarray(rounded[:, side]) for side in (harmful, ~harmful)))


def _near(vectors: Any, among: Any) -> Any:
    import numpy as np

    count = min(NEAREST, len(among))
    cosines = vectors @ among.T
    return np.partition(cosines, -count, axis=1)[:, -count:].mean(axis=1)
