"""Multiple choice by log-likelihood: how often the right option is the likeliest, and how calibrated that is.

Its rule: an option's total log-likelihood as the reply counts, and not the mean a token or a character. The total
is the probability of that reply, so that a softmax over the options is one too: of each option, given that one of
them is said. (These are `acc` and not `acc_norm` of lm-evaluation-harness; the two differ where options differ much
in length.) Confidence is that probability of the likeliest option. The likelihoods of a case do not change with
repeats: each case counts once. Not implemented: confidence where a system writes its answer freely. The probability
of a reply's tokens is that of its wording, and the same answer has many.
"""

from collections.abc import Iterator, Sequence

from meant.core.case import Case
from meant.core.finding import Finding, Interval
from meant.measure.cell import Cell
from meant.measure.shares import Share, findings
from meant.stats.calibration import brier, calibration, clustered_mean, softmax
from meant.stats.intervals import Z95

METRICS = ("choice_loglik", "calibration_error", "brier")


def is_choice(cell: Cell) -> bool:
    """A multiple-choice question."""
    return cell.case.expect == "choice"


def is_likeliest(cell: Cell) -> bool:
    """The right option is likelier than any other."""
    nats = cell.transcript.choice_nats or ()
    right = right_option(cell.case)
    return bool(nats) and all(nats[right] > other for i, other in enumerate(nats) if i != right)


def right_option(case: Case) -> int:
    """The place of the right one among the case's choices."""
    accepted = case.answer.accept if case.answer else ()
    return next(i for i, choice in enumerate(case.choices) if choice in accepted)


LIKELIEST = Share("choice_loglik", is_choice, is_likeliest, by="kind", judged=False)


def choices(cells: Sequence[Cell]) -> Iterator[Finding]:
    """The three figures; nothing where the system gives no log-likelihoods."""
    once = list({c.case.id: c for c in sorted(filter(is_choice, cells), key=_scored)}.values())
    known = [c for c in once if _scored(c)]
    if not known:
        return
    yield from findings(LIKELIEST, once, counts=_scored)
    yield from _calibrated(known, unscored=len(once) - len(known))


def _scored(cell: Cell) -> bool:
    return cell.transcript.choice_nats is not None


def _calibrated(cells: Sequence[Cell], *, unscored: int) -> Iterator[Finding]:
    sure = [softmax(c.transcript.choice_nats or ()) for c in cells]
    found = calibration(list(map(max, sure)), list(map(is_likeliest, cells)), [c.case.family for c in cells])
    told = (
        f"expected calibration error, {found.bins} bins of equal mass, conservative 95 %; mean confidence "
        f"{found.confidence:.0%}, right {found.right:.0%}; by chance alone up to {found.by_chance:.1%}"
    )
    yield Finding(metric="calibration_error", value=found.error, interval=found.interval, n=len(cells),
                  unscored=unscored, better="lower", method=told)  # fmt: skip
    scores = [brier(p, right_option(c.case)) for p, c in zip(sure, cells, strict=True)]
    score, se = clustered_mean(scores, [c.case.family for c in cells])
    interval = Interval(max(0.0, score - Z95 * se), min(1.0, score + Z95 * se))
    yield Finding(metric="brier", value=score, interval=interval, n=len(cells), unscored=unscored, better="lower",
                  method="half the Brier score, normal 95 %, families as clusters")  # fmt: skip
