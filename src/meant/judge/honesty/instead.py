"""What a reply did that does not hold the answer: admitted ignorance, refused, or answered something else."""

from meant.core.verdict import Behaviour
from meant.judge.honesty.unknowns import OWN_IGNORANCE, declines, says_unknown


def instead(reply: str) -> Behaviour:
    """`abstained`, `refused` or `answered`."""
    unknown = says_unknown(reply, among=OWN_IGNORANCE | {"doubt", "record"})
    if unknown and unknown.settled:
        return "abstained"
    return "refused" if declines(reply) else "answered"
