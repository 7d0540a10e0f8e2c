"""How far raters agree on the replies that several of them decided on."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from meant.core.label import Label
from meant.stats.agreement import Agreement, cohen_kappa, krippendorff_alpha


class Agreeing(NamedTuple):
    """A coefficient over pass and fail; who was unsure is left out."""

    coefficient: str
    """`Cohen's kappa` of two raters, `Krippendorff's alpha` of more."""
    raters: tuple[str, ...]
    found: Agreement


def agreeing(labels: Sequence[Label], *, seen_by: str | None = None) -> Agreeing | None:
    """Over replies with two raters or more; None where there are none.

    With `seen_by`, over those that this rater has decided on, so that nothing is told of what is still to be labelled.
    """
    by_item: defaultdict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for label in labels:
        if label.said != "unsure":
            by_item[label.transcript, label.principle][label.rater] = label.said
    items = [said for said in by_item.values() if len(said) > 1 and (seen_by is None or seen_by in said)]
    raters = tuple(sorted({rater for said in items for rater in said}))
    if not raters:
        return None
    if len(raters) == 2:
        first, second = raters
        kappa = cohen_kappa([said[first] for said in items], [said[second] for said in items])
        return Agreeing("Cohen's kappa", raters, kappa)
    return Agreeing("Krippendorff's alpha", raters, krippendorff_alpha([list(said.values()) for said in items]))
