"""A choice in sentences, the same in the terminal and on the page. Nothing is rounded that is decided on."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from meant.choose.choice import Choice
from meant.choose.deciding import Decision, Rival
from meant.choose.front import OFF, Place
from meant.choose.tax import Paid, Tax
from meant.choose.weights import Flip
from meant.core.finding import Interval

MOST_NAMES = 3
"""In a headline."""
LEAST_P = 0.0005
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
    few = len(decision.between) <= MOST_NAMES
    named = listed(decision.between) if few else f"{decision.leader} and {len(decision.between) - 1} others"
    return Headline(f"undecided between {named}", "; ".join(_undecided(choice)))


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
        return f"more cases alone would not tell {stuck} apart from it: what has no verdict stands in the way"
    needy = max((r for r in decision.rivals if r.more is not None), key=lambda rival: rival.more or 0)
    return f"about {decision.more:,} more cases would tell a difference of {points(needy.more_to_see or 0.0)}"


def _behind(rival: Rival) -> str:
    return f"{points(rival.behind)} {between(rival.interval, signed=True)}, {p_words(rival.p)}"


def p_words(p: float) -> str:
    """As in `p = 0.021`, `p < 0.001`."""
    return "p < 0.001" if p < LEAST_P else f"p = {p:.3f}"


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
    ends = f", 95 % {between(flip.interval)}" if flip.interval else ""
    return f"{flip.dimension}: {flipped(flip)}; it has {flip.now:.0%} now{ends}; {often(flip)}"


def flipped(flip: Flip) -> str:
    """As in `from 43 % of all weight (a weight of 2.3 beside the others) b leads`."""
    way = "from" if flip.side == "more" else "down to"
    weight = f" (a weight of {flip.weight:.2g} beside the others)" if flip.weight is not None else ""
    return f"{way} {flip.at or 0.0:.0%} of all weight{weight} {flip.by} leads"


def often(flip: Flip) -> str:
    """How often there is such a weight at all."""
    return f"some weight on this side changes the choice in {chance(flip.probability)} of draws"


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
        f"{tax.variant} against {tax.base}: {signed(tax.gained)} {tax.on} {between(tax.interval, signed=True)}{unsure}"
    )
    yield from (_paid(tax, paid) for paid in tax.paid)


def _paid(tax: Tax, paid: Paid) -> str:
    back, name = Interval(-paid.interval.high, -paid.interval.low), axis_name(paid.axis)
    says = f"{name} {signed(-paid.lost)} {between(back, signed=True)}"
    return f"{says}; {price}" if (price := price_of(tax, paid)) else says


def axis_name(axis: str) -> str:
    """The axis turned so that more is better."""
    return "benign not refused" if axis == "over_refusal" else axis


def price_of(tax: Tax, paid: Paid) -> str:
    """Lost for each point gained; "" where that has no meaning."""
    if paid.per_gain is None or paid.per_gain_interval is None:
        return ""
    low, high = paid.per_gain_interval
    return f"{paid.per_gain:.2f} lost for each point of {tax.on} gained [{low:.2f} to {high:.2f}]"


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
    return f"{100 * difference:+z.1f} points"


def between(ends: Interval, *, signed: bool = False) -> str:
    """An interval in brackets: of shares in percent, or of differences in points."""
    return " to ".join(f"{100 * end:+z.0f}" if signed else f"{100 * end:.0f}" for end in ends).join("[]")
