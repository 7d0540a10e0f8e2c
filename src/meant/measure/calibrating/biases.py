"""What sways a judge though people label alike: the length of a reply, and that its own model wrote it.

Studies of both: Dubois et al. 2024 (arXiv:2404.04475) on length, Panickssery et al. 2024 (arXiv:2404.13076) on a
model's liking for its own replies. 0 is no bias; above 0 is a liking.
"""

from collections.abc import Iterator, Sequence
from statistics import median

from meant.core.finding import Finding
from meant.core.labelled import LabelledReply
from meant.core.record import JudgeRecord
from meant.measure.calibrating.rated import Rated
from meant.measure.calibrating.strata import LEAST, Kinds, differences

LENGTH, OWN = "length_bias", "self_preference"
_POLICY = "+policy"


class NotMeasured(Exception):
    """A bias that these labels cannot show; says why."""


def length_bias(rated: Sequence[Rated]) -> Iterator[Finding]:
    """Longer than the median of its stratum against shorter. Raises NotMeasured."""
    found = list(differences(LENGTH, rated, _halves))
    if not found:
        raise NotMeasured(f"no label has {LEAST} longer and {LEAST} shorter replies with a verdict")
    yield from found


def self_preference(rated: Sequence[Rated], judge: JudgeRecord) -> Iterator[Finding]:
    """Replies of the model that the judge asks against others'. Raises NotMeasured."""

    def kinds(stratum: Sequence[Rated]) -> Kinds:
        return [r for r in stratum if is_own(r.item, judge)], [r for r in stratum if not is_own(r.item, judge)]

    mine = sum(is_own(r.item, judge) for r in rated)
    if not mine:
        raise NotMeasured("no labelled reply comes from the judge's own model")
    if mine == len(rated):
        raise NotMeasured("every labelled reply comes from the judge's own model")
    found = list(differences(OWN, rated, kinds))
    if not found:
        raise NotMeasured(f"no label has {LEAST} replies of the judge's own model and {LEAST} others, with a verdict")
    yield from found


def is_own(item: LabelledReply, judge: JudgeRecord) -> bool:
    """Whether the model that the judge asks wrote the reply: by the model's id, or else by the system's name."""
    if item.model:
        return item.model in judge.models
    return item.transcript.system.removesuffix(_POLICY) in judge.asks


def _halves(stratum: Sequence[Rated]) -> Kinds:
    """Those of exactly the median length are in neither."""
    middle = median(r.length for r in stratum)
    return [r for r in stratum if r.length > middle], [r for r in stratum if r.length < middle]
