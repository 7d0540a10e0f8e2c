"""What moves with what: the weights that would change the choice, and what a variant loses for what it gains."""

from collections.abc import Sequence

from meant.choose.choice import Choice
from meant.choose.tax import Paid, Tax
from meant.choose.weights import Flip
from meant.choose.words import axis_name, flipped, often, price_of
from meant.core.finding import Finding, Interval
from meant.loop.choosing.dots import Group, Heading, table
from meant.measure.report.figures import SHARE, SIGNED
from meant.measure.report.formats import interval, value
from meant.measure.report.lanes import lane
from meant.measure.report.markup import Html, join, tag
from meant.measure.report.tables import name, who

_FLIPS = (("Then leads", "who"), ("From", "value"), ("Interval", "interval"), ("Now", "n"), ("In draws", "unscored"))
_TAX = (("Axis", "who"), ("Moved", "value"), ("Interval", "interval"), ("n", "n"), ("Price", "unscored"))
"""As many columns as the report's own tables have, whose style they take."""


def weights(choice: Choice) -> Html:
    """A lane a flip: the dimension's share of all weight at which another system leads."""
    shown = [flip for flip in choice.flips if flip.at is not None]
    groups = [Group(_moved(flip), [_flip(flip, choice.systems)]) for flip in shown]
    return table(Heading("Share of all weight", SHARE, "rate", _FLIPS), groups) if groups else Html()


def _moved(flip: Flip) -> list[Html]:
    said = f"It has {flip.now:.0%} now; {flipped(flip)}; {often(flip)}."
    return [
        tag("span", f"{flip.side.capitalize()} {flip.dimension}", class_="title"),
        tag("span", said, class_="about"),
    ]


def _flip(flip: Flip, systems: Sequence[str]) -> Html:
    by = systems.index(flip.by or systems[0])
    found = Finding(metric=flip.dimension, value=flip.at, interval=flip.interval, n=0, unscored=0)
    return join(
        tag("td", lane(found, by, SHARE), class_="plot"),
        who(by, systems),
        tag("td", value(found), class_="value"),
        tag("td", interval(found), class_="interval"),
        tag("td", f"{100 * flip.now:.0f} %", class_="n"),
        tag("td", f"{100 * flip.probability:.0f} %", class_="unscored none"),
    )


def taxes(choice: Choice) -> Html:
    """A group a variant: what it is to gain in, and what that costs."""
    groups = [_tax(tax, choice.systems) for tax in choice.taxes]
    return table(Heading("Variant against its base, points", SIGNED, "rate", _TAX), groups)


def _tax(tax: Tax, systems: Sequence[str]) -> Group:
    at = systems.index(tax.variant)
    prices = [f"{paid.axis}: {price}." for paid in tax.paid if (price := price_of(tax, paid))]
    said = " ".join(prices) if tax.clear else f"The gain in {tax.on} is not told apart from none: no price is named."
    what = [
        tag("span", name(at, systems), class_="title"),
        tag("span", f"against {tax.base}. {said}", class_="about"),
    ]
    gained = Finding(metric=tax.on, value=tax.gained, interval=tax.interval, n=tax.n, unscored=0)
    return Group(what, [_line(gained, at), *(_line(_back(paid), at, paid.per_gain) for paid in tax.paid)])


def _back(paid: Paid) -> Finding:
    """What is lost, as a move: less is to the left."""
    ends = Interval(-paid.interval.high, -paid.interval.low)
    return Finding(metric=axis_name(paid.axis), value=-paid.lost, interval=ends, n=paid.n, unscored=0)


def _line(moved: Finding, system: int, price: float | None = None) -> Html:
    return join(
        tag("td", lane(moved, system, SIGNED), class_="plot"),
        tag("th", moved.metric, scope="row", class_="who"),
        tag("td", value(moved, signed=True), class_="value"),
        tag("td", interval(moved, signed=True), class_="interval"),
        tag("td", f"{moved.n:,}", class_="n"),
        tag("td", "–" if price is None else f"{price:.2f}", class_="unscored none"),
    )
