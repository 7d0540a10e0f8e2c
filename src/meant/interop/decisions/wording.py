"""A decision in words that every format shares."""

from meant.core.gate import GateDecision, GateRow, Stopping
from meant.measure.standing import MARK, footnote, uncalibrated


def headline(decision: GateDecision) -> str:
    """One line: what was decided about whom."""
    stop = "" if decision.outcome != "undecided" else " (a stop)" if decision.stops else " (a warning)"
    return f"{decision.candidate.name} against {decision.baseline.name}: {decision.outcome}{stop}"


def mark(decision: GateDecision, row: GateRow) -> str:
    """`MARK` where a judge of the row is not calibrated under the policy; else nothing."""
    return MARK if uncalibrated(row.judges, decision.judges, decision.policy) else ""


def marked(decision: GateDecision, row: GateRow) -> str:
    """The row's sentence, and after it what its mark means: for where it stands alone."""
    note = footnote(row.judges, decision.judges, decision.policy)
    return f"{sentence(decision, row)}; {note}" if note else sentence(decision, row)


def sentence(decision: GateDecision, row: GateRow) -> str:
    """One row as a sentence, with its figures and the mark of an unmeasured judge."""
    if row.difference is None or row.interval is None:
        return f"{row.group}: {row.state}; no case has a verdict on both sides, {row.unscored} have none"
    low, high = row.interval
    shares = f"{row.baseline:.1%} → {row.candidate:.1%}{mark(decision, row)}"
    more = f", about {row.more} more cases would decide it" if row.more else ""
    return (
        f"{row.group}: {row.state}; {shares}, {100 * row.difference:+.1f} points "
        f"[{100 * low:+.1f}, {100 * high:+.1f}], margin {100 * row.margin:.1f}, n {row.n} in {row.families} families, "
        f"{row.unscored} unscored{f', {row.not_asked} not asked' if row.not_asked else ''}{more}"
    )


def stopping(found: Stopping) -> str:
    """How a sequential gate came to its end, and what its intervals are."""
    cases = found.asked + found.not_asked
    return (
        f"sequential: stopped after {found.asked} of {cases} cases and {found.looks} looks, {found.not_asked} saved "
        f"(seed {found.seed}, {found.batch} families between looks); intervals and states hold at all looks together"
    )
