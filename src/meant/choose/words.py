"""A choice in sentences, the same in the terminal and on the page. Nothing is rounded that is decided on."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from meant.choose.choice import Choice
from meant.choose.deciding import Decision, Rival
from meant.choose.front import OFF, Place
from meant.choose.tax import Paid, Tax
from meant.choose.weights import Flip
from meant.core.finding import Interval, Unit

SURE = 0.95
"""Share of draws from which a system is said to be on the front."""


class Headline(NamedTuple):
    """The decision in a few words, and what stands behind it."""

    what: str
    why: str
    decided: bool = False


def headline(choice: Choice) -> Headline:
    """What to do."""
    decision = choice.decision
    if decision.leader is None:
        return Headline("nothing to choose from", "no system is measured on every dimension")
    if not decision.rivals:
        return Headline("nothing to choose between", f"only {decision.leader} is measured on every dimension")
    if decision.chosen:
        nearest = min(decision.rivals, key=lambda rival: rival.behind)
        better = "by the policy's weights it is better than each other one"
        why = f"{better}; {nearest.system} comes nearest: {_behind(nearest)}"
        return Headline(f"choose {decision.chosen}", why, decided=True)
    return Headline(f"undecided between {listed(decision.between)}", "; ".join(_undecided(choice)))


def _undecided(choice: Choice) -> Iterator[str]:
    decision = choice.decision
    left = [rival for rival in decision.rivals if not rival.beaten]
    nearest = min(left, key=lambda rival: rival.behind)
    yield f"{decision.leader} leads {nearest.system} by {_behind(nearest)}"
    if all(rival.level for rival in left):
        margin = f"{100 * choice.margin:g} points"
        yield f"none of them is better by {margin}: more cases are of little use, so take the cheaper or the faster one"
    else:
        yield _more(decision)


def _more(decision: Decision) -> str:
    if decision.more is None:
        left = [rival for rival in decision.rivals if not rival.beaten]
        stuck = listed([rival.system for rival in left if rival.more is None and not rival.level])
        return f"more cases alone would not tell {stuck} apart from it: too many have no verdict, or too little differs"
    needy = max((r for r in decision.rivals if r.more is not None), key=lambda rival: rival.more or 0)
    return f"about {decision.more:,} more cases would tell a difference of {points(needy.more_to_see or 0.0)}"


def _behind(rival: Rival) -> str:
    return f"{points(rival.behind)} {between(rival.interval, 'rate', signed=True)}, p = {rival.p:.3f}"


def place(one: Place) -> str:
    """As in `on the front (98 %)`."""
    if one.probability is None:
        return f"not measured: {listed(one.unmeasured)}"
    word = "on the front" if one.probability >= SURE else "off the front" if one.probability < OFF else "not told apart"
    return f"{word} ({chance(one.probability)} of draws)"


def flip_lines(choice: Choice) -> Iterator[str]:
    """One a dimension and side on which some weight changes the choice."""
    if not choice.flips:
        return
    if not any(flip.at is not None for flip in choice.flips):
        yield f"no weight on any one dimension changes the order: {choice.decision.leader} leads by them all"
    for flip in choice.flips:
        if flip.at is not None:
            yield _flip(flip)


def _flip(flip: Flip) -> str:
    way = "from" if flip.side == "more" else "down to"
    weight = f" (a weight of {flip.weight:.2g} beside the others)" if flip.weight is not None else ""
    ends = f", 95 % {between(flip.interval, 'rate')}" if flip.interval else ""
    return (
        f"{flip.dimension}: {way} {flip.at or 0.0:.0%} of all weight{weight} {flip.by} leads; it has {flip.now:.0%} now"
        f"{ends}; some weight on this side does so in {chance(flip.probability)} of draws"
    )


def dominated_lines(choice: Choice) -> Iterator[str]:
    """One a claim; where there is none, that there is none."""
    for claim in choice.dominated:
        yield f"{claim.system} is dominated: {claim.why}"
    if not choice.dominated:
        yield "no system is shown to be dominated"


def tax_lines(tax: Tax) -> Iterator[str]:
    """What is gained, then what it costs."""
    unsure = "" if tax.clear else ": not told apart from no gain, so no price is named"
    yield (
        f"{tax.variant} against {tax.base}: {signed(tax.gained)} {tax.on} "
        f"{between(tax.interval, 'rate', signed=True)}{unsure}"
    )
    yield from (_paid(tax, paid) for paid in tax.paid)


def _paid(tax: Tax, paid: Paid) -> str:
    back = Interval(-paid.interval.high, -paid.interval.low)
    says = f"{paid.axis} {signed(-paid.lost)} {between(back, 'rate', signed=True)}"
    if paid.axis == "over_refusal":
        says = f"not over-refused {signed(-paid.lost)} {between(back, 'rate', signed=True)}"
    if paid.per_gain is None or paid.per_gain_interval is None:
        return says
    low, high = paid.per_gain_interval
    return f"{says}; lost for each point of {tax.on} gained: {paid.per_gain:.2f} [{low:.2f} to {high:.2f}]"


def listed(names: Sequence[str]) -> str:
    """As in `a, b and c`."""
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def chance(share: float) -> str:
    """A share of draws; what is not exactly none or all is not written so."""
    whole = f"{share:.0%}"
    return f"{share:.1%}" if whole in ("0%", "100%") and share not in (0, 1) else whole


def points(difference: float) -> str:
    """A size in percentage points, without a sign."""
    return f"{100 * difference:.1f} points"


def signed(difference: float) -> str:
    """A difference of shares in percentage points."""
    return f"{100 * difference:+.1f} points"


def between(ends: Interval, unit: Unit, *, signed: bool = False) -> str:
    """An interval in brackets: of shares in percent, or of differences in points."""
    if unit != "rate":
        return f"[{ends.low:.3g} to {ends.high:.3g}]"
    sign = "+" if signed else ""
    return f"[{100 * ends.low:{sign}.0f} to {100 * ends.high:{sign}.0f}]"
