"""The card of one judge: its figures, and the notes that a reader needs before them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from meant.core.calibration import ENOUGH, CalibrationCard
from meant.core.finding import Finding
from meant.core.labelled import LabelledReply
from meant.core.record import JudgeRecord
from meant.measure.calibrating.agreement import agreement, by_slice, raters
from meant.measure.calibrating.biases import NotMeasured, length_bias, self_preference
from meant.measure.calibrating.comparing import PAIR_LENGTH, Compared, preferences
from meant.measure.calibrating.rated import Rated, tallies


@dataclass(frozen=True)
class Seen:
    """All that a card is made from."""

    judge: JudgeRecord
    rated: Sequence[Rated]
    items: Sequence[LabelledReply]
    """All labelled replies, those in no figure included."""
    left_out: Mapping[str, int]
    compared: Sequence[Compared] | None = None
    """None: the judge does not compare, or was not asked to."""
    notes: Sequence[str] = field(default_factory=tuple)


def card_of(seen: Seen, *, policy: str, at: datetime, source: str) -> CalibrationCard:
    """The card; `policy` is the id of the one that both judged by."""
    biases, unmeasured = _biases(seen)
    found = [*agreement(seen.rated), *by_slice(seen.rated), *raters(seen.items), *biases]
    return CalibrationCard(
        judge=seen.judge.name,
        policy=policy,
        at=at,
        source=source,
        raters=tuple(sorted({rater for item in seen.items for rater in item.labels})),
        items=len(seen.rated),
        tallies=tallies(seen.rated),
        findings=tuple(found),
        left_out=seen.left_out,
        notes=(*seen.notes, *_little(seen), *_silent(seen.rated), *unmeasured),
    )


def _biases(seen: Seen) -> tuple[list[Finding], list[str]]:
    """What could be measured, and why the others could not."""
    found, missing = list[Finding](), list[str]()
    ways: list[tuple[str, Callable[[], Iterator[Finding]]]] = [("length", lambda: length_bias(seen.rated))]
    if seen.judge.asks:
        ways.append(("its own model's replies", lambda: self_preference(seen.rated, seen.judge)))
    for name, way in ways:
        try:
            found += way()
        except NotMeasured as reason:
            missing.append(f"{name}: not measured: {reason}")
    if seen.compared is not None:
        pairs = list(preferences(seen.compared))
        found += pairs
        if not pairs:
            missing.append(f"place: not measured: {_no_answer(seen.compared)}")
        elif not any(f.metric == PAIR_LENGTH for f in pairs):
            missing.append("length in pairs: not measured: people never prefer the shorter of two, or never the longer")
    return found, missing


_NO_PAIR = "no case has a reply that people pass and one that they fail, and no pair was compared"


_UNKNOWN = (("fail", "how much of what people fail it finds"), ("pass", "how often it fails what people pass"))


def _no_answer(compared: Sequence[Compared]) -> str:
    return f"no pair got an answer; first error: {compared[0].why}" if compared else _NO_PAIR


def _little(seen: Seen) -> Iterator[str]:
    """What so few labels cannot say."""
    n = len(seen.rated)
    if n < ENOUGH:
        yield f"{n} labelled replies: too few to call the judge calibrated; label {ENOUGH} or more, of both kinds"
    for label, what in _UNKNOWN:
        if n and not any(r.label == label for r in seen.rated):
            yield f"no reply is labelled {label}: {what} is not known"
    if not any(sum(said != "unsure" for said in item.labels.values()) > 1 for item in seen.items):
        yield "no reply has two raters: how far people agree among themselves is not known"


def _silent(rated: Sequence[Rated]) -> Iterator[str]:
    """Without a verdict, and the first reason."""
    if errors := [r.verdict.why for r in rated if r.verdict.outcome == "error"]:
        yield f"{len(errors)} of {len(rated)} replies got no verdict; first error: {errors[0]}"
