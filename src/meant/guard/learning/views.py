"""What embeddings say of a text: a plane in the encoder's own view, nearest neighbours in each view.

An adapter's view has no plane: the adapter was fitted with one already, on the project's own requests, and a second
one there trusts these too much.
"""

from typing import Any

from meant.guard.learning.logistic import Plane
from meant.guard.learning.neighbours import Neighbours

PLAIN = 0
"""The encoder's own view."""


def margins_of(vectors: Any, plane: Plane, near: Neighbours) -> Any:
    """(texts, 1 + views) of the embeddings (texts, views, width)."""
    import numpy as np

    return np.column_stack([vectors[:, PLAIN] @ plane.weights + plane.rest, near.margins(vectors)])
