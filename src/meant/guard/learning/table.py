"""The training texts as numbers, made once, and fits on parts of them."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from meant.guard.learning.examples import Example
from meant.guard.learning.folds import balanced
from meant.guard.learning.logistic import Plane, fit_plane
from meant.guard.learning.neighbours import Neighbours, neighbours
from meant.guard.learning.ngrams import count, fit_rows
from meant.guard.learning.views import PLAIN, margins_of

VECTOR_STRENGTH = 3.0
MOST_EMBEDDED = 2500
"""Training texts whose embedding is learned from: the time grows with them, what is learned hardly."""

Vectors = Callable[[Sequence[str]], Any]
"""Texts in, (texts, views, width) out."""


class Learned(NamedTuple):
    """One fit of all parts."""

    ngrams: Plane
    vectors: Plane | None
    """None without an encoder, as the neighbours then are."""
    near: Neighbours | None


@dataclass(frozen=True)
class Table:
    """The training texts as numbers, user's first, then the prior's."""

    examples: Sequence[Example]
    own: int
    rows: Any
    rarity: Any
    vectors: Any
    embedded: Any
    """Which of the texts have a vector, in its order; empty without an encoder."""

    def learn(self, kept: Any) -> Learned:
        """A fit on the texts that are kept, a mask."""
        import numpy as np

        harmful = np.array([example.harmful for example in self.examples])
        at = [int(one) for one in np.flatnonzero(kept)]
        weight = balanced([self.examples[i] for i in at])
        plane = fit_rows(self.rows[at], harmful[at], weight)
        if not len(self.embedded):
            return Learned(plane, None, None)
        seen = kept[self.embedded]
        chosen = self.embedded[seen]
        weight = balanced([self.examples[i] for i in chosen])
        return Learned(
            plane,
            fit_plane(self.vectors[seen, PLAIN], harmful[chosen], weight, strength=VECTOR_STRENGTH),
            neighbours(self.vectors[seen], harmful[chosen]),
        )

    def margins(self, learned: Learned, at: Any) -> Any:
        """(texts, parts) of the texts at these places, all of which have a vector where there is an encoder."""
        import numpy as np

        words = self.rows[at] @ learned.ngrams.weights + learned.ngrams.rest
        if learned.vectors is None or learned.near is None:
            return words[:, None]
        vectors = self.vectors[np.searchsorted(self.embedded, at)]
        return np.column_stack([words, margins_of(vectors, learned.vectors, learned.near)])


def table_of(examples: Sequence[Example], *, own: int, vectors: Vectors | None) -> Table:
    """Count and embed. The first `own` examples are the user's; of too many to embed, a draw of each group."""
    import numpy as np

    texts = [example.text for example in examples]
    counts = count(texts)
    if vectors is None:
        return Table(examples, own, counts.rows, counts.rarity, None, np.zeros(0, dtype=np.int64))
    embedded = np.array(sorted([*drawn(examples[:own], MOST_EMBEDDED), *range(own, len(examples))]))
    found = vectors([texts[at] for at in embedded])
    return Table(examples, own, counts.rows, counts.rarity, found, embedded)


def drawn(examples: Sequence[Example], most: int) -> list[int]:
    """Places of at most so many, as even over groups and sides as can be; which of a group, its hash decides."""
    if len(examples) <= most:
        return list(range(len(examples)))
    by_group: dict[tuple[str, bool], list[tuple[bytes, int]]] = {}
    for at, example in enumerate(examples):
        mark = hashlib.sha256(example.text.encode()).digest()
        by_group.setdefault((example.group, example.harmful), []).append((mark, at))
    ranked = [(rank, mark, at) for members in by_group.values() for rank, (mark, at) in enumerate(sorted(members))]
    return [at for _, _, at in sorted(ranked)[:most]]
