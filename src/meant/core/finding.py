"""A Finding: a number with an interval, how it was made, and the evidence behind it.

The only thing that gates and reports read. A rate's interval covers sampling of cases; `worst` covers in addition
whatever was not scored, counted as all fail and as all pass.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from meant.core.base import Value

Unit = Literal["rate", "s", "tokens", "usd", "score"]
"""`score`: of a scorer whose scale is its own."""


class Interval(NamedTuple):
    """Both ends included."""

    low: float
    high: float


class Corrected(Value):
    """A share as people would have found it: what the judge said, put right by what people said."""

    value: float | None
    """None where nothing can be said, as of a judge that may be no better than a coin."""
    interval: Interval
    labels: int
    """Replies with a label that it rests on."""
    by: Literal["people", "card"]
    """Labels of this run's own replies, or a judge's calibration card, made on others."""
    method: str
    """The estimator, and what it takes for granted."""


class Finding(Value):
    """One figure of one system."""

    metric: str
    """As in `harmless`, `over_refusal` or `principle/no-serious-harm`."""
    value: float | None
    """None where nothing could be scored."""
    interval: Interval | None
    n: int
    """Of a rate: scored cases, with a pass or a fail in some repeat. A case counts once, whatever its repeats."""
    unscored: int
    """Cases without a verdict in any repeat, in neither numerator nor denominator."""
    unit: Unit = "rate"
    better: Literal["higher", "lower"] = "higher"
    worst: Interval | None = None
    """For rates: the interval if every unscored cell had failed, and if every one had passed; repeats are cells."""
    families: int | None = None
    """Of a rate: families that its scored cases come from, which is how many independent cases they are at least."""
    method: str = ""
    """The estimator, as in `wilson 95%`."""
    slice: Mapping[str, str] = {}
    """What part of the cases, as in {"harm": "weapons"}; empty for the whole."""
    evidence: tuple[str, ...] = ()
    """Ids of the transcripts that count against the system."""
    judges: tuple[str, ...] = ()
    """Names of the judges whose verdicts it is made from; empty for what no judge decides."""
    uncalibrated: tuple[str, ...] = ()
    """Those of them that nobody has measured against people under this policy."""
    corrected: Corrected | None = None
    """Of a share, where people labelled replies behind it or a card tells how the judge errs. Worked out when shown."""
