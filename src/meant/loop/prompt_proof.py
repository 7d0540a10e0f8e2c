"""What the gate's cases prove of a better prompt: that it is better by the policy's weights, and not bought dearly.

Its rule: better is proved where the interval of the score's gain lies above 0, the families' signs say so too, and
over-refusal and capability are each not worse than the gate's margin. Everything else is "not proved", with the reason;
the same cases, paired, that the gate decided on, read once.
"""

from meant.choose.deciding import rival_of
from meant.choose.sheets import Sheets
from meant.choose.told import Limits
from meant.core.base import Value
from meant.core.finding import Interval
from meant.loop.gate import Gated
from meant.loop.sheets import OVER_REFUSAL, asked_of_all, dimensions, sheets_of
from meant.measure.shift.figures import in_distribution

HELD = (OVER_REFUSAL, "capability")
"""What a better score may not be bought with."""


class Proof(Value):
    """The prompt that was found against the one that it began with, on gate cases."""

    gain: float
    """Of the mean of the dimensions by the policy's weights, in shares right."""
    interval: Interval
    """Two-sided, 1 − alpha of the decision's; what has no verdict at its worst."""
    p: float
    """Two-sided, by turning families' signs; 1 where there is no gain."""
    held: dict[str, str]
    """What was seen of each of `HELD`: the state of the gate's row, or "not measured"."""
    proved: bool
    why: str
    """In words."""


def proof_of(of: Gated) -> Proof | None:
    """None where no case is about a dimension to which the policy gives weight."""
    decision, measured = of
    cells = {s.name: in_distribution(measured.cells[s.name]) for s in (decision.baseline, decision.candidate)}
    found = [s for s in sheets_of(cells, asked_of_all(cells), dimensions(measured.record.policy)) if s.families]
    rules = measured.record.policy.gate
    if rules is None or not any(sheet.axis.weight for sheet in found):
        return None
    limits = Limits(rules.alpha, rules.margin, amount=0.0)
    seen = rival_of(Sheets(tuple(cells), tuple(found)), 1, 0, limits)
    held = {name: next((row.state for row in decision.rows if row.group == name), "not measured") for name in HELD}
    missing = [f"{name} is {state}" for name, state in held.items() if state != "not worse"]
    why = [*([] if seen.beaten else ["the gain does not show"]), *missing]
    return Proof(
        gain=seen.behind, interval=seen.interval, p=seen.p, held=held, proved=not why, why="; ".join(why) or "it shows"
    )
