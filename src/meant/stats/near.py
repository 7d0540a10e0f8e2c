"""Near-duplicates: all pairs of texts whose word shingles overlap by at least a threshold. Exact, not sampled.

Set-similarity join with prefix and length filters (Chaudhuri, Ganti & Kaushik 2006; Bayardo, Ma & Srikant 2007,
"Scaling up all pairs similarity search"): two sets with Jaccard >= t share one of their |s| - ceil(t |s|) + 1
rarest members, so only sets that meet there are compared.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_WORD = re.compile(r"\w+")


class Pair(NamedTuple):
    """Positions of two texts, `first` < `second`, and the Jaccard similarity of their shingles, in (0, 1]."""

    first: int
    second: int
    similarity: float


def shingles(text: str, *, size: int = 3) -> frozenset[str]:
    """Runs of `size` words, lower case, punctuation dropped; a shorter text is one shingle."""
    words = _WORD.findall(text.lower())
    runs = range(max(1, len(words) - size + 1)) if words else ()
    return frozenset(" ".join(words[i : i + size]) for i in runs)


def near_duplicates(texts: Sequence[str], *, threshold: float = 0.7) -> Iterator[Pair]:
    """Every pair with Jaccard similarity >= `threshold`, in (0, 1]. Texts without a word match nothing."""
    if not 0 < threshold <= 1:
        raise ValueError(f"threshold must be in (0, 1], not {threshold}")
    sets = [shingles(t) for t in texts]
    rarity = Counter(s for members in sets for s in members)
    index: defaultdict[str, list[int]] = defaultdict(list)
    for second, members in enumerate(sets):
        prefix = sorted(members, key=lambda s: (rarity[s], s))
        prefix = prefix[: len(prefix) - math.ceil(threshold * len(prefix) - 1e-9) + 1] if prefix else []
        met = {first for shingle in prefix for first in index[shingle]}
        for first in sorted(met):
            similarity = len(sets[first] & members) / len(sets[first] | members)
            if similarity >= threshold:
                yield Pair(first, second, similarity)
        for shingle in prefix:
            index[shingle].append(second)
